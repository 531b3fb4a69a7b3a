/** How the tablet app is built: one shell, parts that load when they are opened, and a list of all files to keep. */

import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import solid from "vite-plugin-solid";

export default defineConfig({
  base: "/tablet/",
  // The form engine has an entry of its own for Solid, so that its state is reactive on our screens.
  resolve: { conditions: ["solid", "browser", "import", "module", "default"] },
  plugins: [
    solid(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      injectRegister: false,
      manifest: {
        name: "入户 Ruhu",
        short_name: "入户",
        lang: "zh-Hans",
        start_url: "/tablet/",
        scope: "/tablet/",
        display: "standalone",
        background_color: "#ffffff",
        theme_color: "#0b5a5a",
        icons: [{ src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" }],
      },
      injectManifest: {
        globPatterns: ["**/*.{js,css,html,svg,webmanifest,wasm}"],
        maximumFileSizeToCacheInBytes: 8 * 1024 * 1024,
      },
    }),
  ],
  build: { target: "es2022", outDir: "../server/static/tablet", emptyOutDir: true },
});
