const CHUNK = 0x8000;

/** A picture as an address that carries it: a browser runs no script of it and asks for nothing that it names. */
export function svgAddress(svg: string): string {
  const codes = new TextEncoder().encode(svg);
  let text = "";
  for (let start = 0; start < codes.length; start += CHUNK) {
    text += String.fromCharCode(...codes.subarray(start, start + CHUNK));
  }

  return `data:image/svg+xml;base64,${btoa(text)}`;
}
