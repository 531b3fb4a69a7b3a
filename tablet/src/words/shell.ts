/** Words of the app's frame: what stands on every screen. */

import type { Words } from "./index";

export const shellWords = {
  zh: {
    app: "入户",
    loading: "正在打开…",
  },
  en: {
    app: "Ruhu",
    loading: "Opening…",
  },
} satisfies Words;
