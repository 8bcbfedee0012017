using System.Text.RegularExpressions;
using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

public class PiecePreTokenizerTests
{
    /// <summary>Characters below U+FFFF, so that .NET's regular expressions see code points, too.</summary>
    private const string Alphabet = "abK\u00E9\u65E5'sStTreRvmlLd19\u00BD\u0663 \t\n\r\u0085\u00A0\u3000\u2028!?.,-\u0301\u20AC";

    [Theory]
    [InlineData("Hello world", "Hello| world")]
    [InlineData("it's I'LL x'Re 'tis", "it|'s| I|'LL| x|'Re| '|tis")]
    [InlineData("w'\u017Fx", "w|'\u017F|x")]
    [InlineData("$1,234.50", "$|1|,|2|3|4|.|5|0")]
    [InlineData("a  b", "a| | b")]
    [InlineData("a   ", "a|   ")]
    [InlineData("a \n\n  b", "a| \n\n| | b")]
    [InlineData("x.\n\ny", "x|.\n\n|y")]
    [InlineData("\tfoo(bar)", "\tfoo|(bar|)")]
    [InlineData("a\u0085\u0085b", "a|\u0085|\u0085b")]
    [InlineData("𠮷𠮷!", "𠮷𠮷|!")]
    [InlineData("𝟙x", "𝟙|x")]
    [InlineData("a🙂b", "a|🙂b")]
    [InlineData("", "")]
    public void Qwen2s_pieces(string text, string pieces) => Assert.Equal(pieces, string.Join('|', Pieces(text, Cl100kCutter.Qwen2)));

    [Theory]
    [InlineData("$1,234.50", "$|1|,|234|.|50")]
    [InlineData("12345678 9", "123|456|78| |9")]
    [InlineData("𝟙𝟚𝟛𝟜x", "𝟙𝟚𝟛|𝟜|x")]
    public void Llama3s_pieces(string text, string pieces) => Assert.Equal(pieces, string.Join('|', Pieces(text, Cl100kCutter.Llama3)));

    [Theory]
    [InlineData("it's I'LL 'tis", "it|'s| I|'|LL| '|tis")]
    [InlineData("costs $1,234.50", "costs| $|1|,|234|.|50")]
    [InlineData("a \n\n  b", "a| \n\n | b")]
    [InlineData("x.\n\ny 12", "x|.|\n|\n|y| 12")]
    [InlineData("𠮷𠮷 🙂!", "𠮷𠮷| 🙂!")]
    [InlineData(" ", " ")]
    public void Gpt2s_pieces(string text, string pieces) => Assert.Equal(pieces, string.Join('|', Pieces(text, Gpt2Cutter.Instance)));

    [Theory]
    [InlineData("costs $1,234.50 ", "costs| $|1|,|2|3|4|.|5|0| ")]
    [InlineData("a  1  b", "a|  |1| | b")]
    [InlineData("x 𝟙𝟚", "x| |𝟙|𝟚")]
    public void SmolLm2s_pieces(string text, string pieces) =>
        Assert.Equal(pieces, string.Join('|', Pieces(text, DigitCutter.Instance, Gpt2Cutter.Instance)));

    [Fact]
    public void Every_cutter_agrees_with_its_regular_expression_below_U_FFFF()
    {
        (string Pattern, PieceCutter Cutter)[] rows =
        [
            (Cl100kCutter.Qwen2.Pattern, Cl100kCutter.Qwen2),
            (Cl100kCutter.Llama3.Pattern, Cl100kCutter.Llama3),
            (Gpt2Cutter.Pattern, Gpt2Cutter.Instance),
            (@"\p{N}|\P{N}+", DigitCutter.Instance),
        ];
        var random = new Random(1);
        foreach (var (pattern, cutter) in rows)
        {
            var expression = new Regex(pattern, RegexOptions.CultureInvariant);
            for (int i = 0; i < 20_000; i++)
            {
                string text = string.Concat(Enumerable.Range(0, random.Next(1, 16)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

                Assert.Equal(expression.Matches(text).Select(match => match.Value), Pieces(text, cutter));
            }
        }
    }

    private static IEnumerable<string> Pieces(string text, params PieceCutter[] cutters) =>
        new PiecePreTokenizer(cutters).PreTokenize(text).Select(piece => text.Substring(piece.Offset, piece.Length));
}
