using Microsoft.ML.Tokenizers;

namespace Cppo.Model.Tokenizer;

/// <summary>Applies cutters one after the other: each cuts the pieces of the one before it, without a view of their neighbours.</summary>
internal sealed class PiecePreTokenizer(IReadOnlyList<PieceCutter> cutters) : PreTokenizer
{
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        var pieces = new List<(int Offset, int Length)>((text.Length / 4) + 1);
        Cut(text, 0, 0, pieces);
        return pieces;
    }

    private void Cut(ReadOnlySpan<char> text, int start, int step, List<(int Offset, int Length)> pieces)
    {
        if (step == cutters.Count)
        {
            pieces.Add((start, text.Length));
            return;
        }

        bool isLast = step == cutters.Count - 1;
        for (int offset = 0; offset < text.Length; )
        {
            int length = cutters[step].PieceLength(text[offset..]);
            if (isLast)
            {
                pieces.Add((start + offset, length));
            }
            else
            {
                Cut(text.Slice(offset, length), start + offset, step + 1, pieces);
            }

            offset += length;
        }
    }
}
