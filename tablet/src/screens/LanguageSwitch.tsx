/** 中文 or English, each named in its own tongue, so that nobody is caught in the other. */

import { chooseLanguage, language } from "../words";

const other = () => (language() === "zh" ? "en" : "zh");

export function LanguageSwitch() {
  return (
    <button
      type="button"
      class="button quiet"
      lang={other() === "zh" ? "zh-Hans" : "en"}
      onClick={() => chooseLanguage(other())}
    >
      {other() === "zh" ? "中文" : "English"}
    </button>
  );
}
