import { pieces } from "./visible";

/** Text as it is, and each character that acts by its name. */
export function Pieces({ text }: { text: string }) {
  const found = pieces(text);
  return (
    <>
      {found.map((piece, index) =>
        piece.isEscape ? (
          <span key={index} class="escape">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}
