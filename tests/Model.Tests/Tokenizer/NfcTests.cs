using Cppo.Model.Tokenizer;

namespace Cppo.Model.Tests.Tokenizer;

public class NfcTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("A\u030A\u0301", "\u01FA")]
    [InlineData("\u212B\u212A", "\u00C5K")] // Singletons: Angstrom and Kelvin signs.
    [InlineData("a\u0301\u0323", "\u1EA1\u0301")] // The dot below joins first: its class is lower.
    [InlineData("a\u0302\u0302", "\u00E2\u0302")] // The second circumflex is blocked by the first.
    [InlineData("\u0344", "\u0308\u0301")] // Never recomposed.
    [InlineData("\u0958", "\u0915\u093C")] // Excluded from composition.
    [InlineData("\u1112\u1161\u11AB", "\uD55C")] // Hangul jamo.
    [InlineData("\uD558\u11AB", "\uD55C")]
    [InlineData("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65")] // A musical symbol beyond U+FFFF.
    [InlineData("\uFB01", "\uFB01")] // Compatibility characters stay.
    [InlineData("\uF900", "\u8C48")]
    public void Normalize_gives_form_C(string text, string expected) => Assert.Equal(expected, Nfc.Normalize(text));

    [Fact]
    public void Normalize_replaces_surrogates_without_partner()
    {
        // Not a theory: attributes cannot hold such strings.
        Assert.Equal("a\uFFFDb", Nfc.Normalize("a\uD800b"));
        Assert.Equal("\uFFFD", Nfc.Normalize("\uDC00"));
        Assert.Equal("\u00E9\uFFFD", Nfc.Normalize("e\u0301\uD83D"));
        Assert.Equal("🙂\uFFFD", Nfc.WellFormed("🙂\uD83D"));
    }

    [Fact]
    public void Normalize_twice_changes_nothing_more()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            string text = string.Concat(
                Enumerable
                    .Range(0, 8)
                    .Select(_ => char.ConvertFromUtf32(random.Next(3) == 0 ? random.Next(0x300, 0x370) : random.Next(0x20, 0xD7FF)))
            );
            string once = Nfc.Normalize(text);

            Assert.Equal(once, Nfc.Normalize(once));
        }
    }
}
