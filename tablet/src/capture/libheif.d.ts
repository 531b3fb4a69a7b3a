/** What we use of libheif's own interface for browsers; the package's types describe its C functions only. */

declare module "libheif-js/libheif-wasm/libheif.js" {
  interface HeifImage {
    get_width(): number;
    get_height(): number;
    display<Target extends { data: Uint8ClampedArray; width: number; height: number }>(
      target: Target,
      done: (drawn: Target | null) => void,
    ): void;
  }
  const libheif: (options: { wasmBinary: ArrayBuffer }) => {
    HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
  };
  export default libheif;
}
