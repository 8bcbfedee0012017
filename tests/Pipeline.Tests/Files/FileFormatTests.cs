using System.Text.Json;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Tests.Files;

public sealed class FileFormatTests
{
    private static readonly FileFormat Letters = new("letters", Current: 4, Oldest: 2, "write again");

    [Theory]
    [InlineData(
        1,
        "a.txt is of version 1 of the letters format, and this program reads versions 2 to 4; take the Cppo.Pipeline that wrote it, or "
            + "write again."
    )]
    [InlineData(
        5,
        "a.txt is of version 5 of the letters format, and this program reads versions 2 to 4; take a newer Cppo.Pipeline than {0}, or "
            + "write again."
    )]
    public void A_version_that_is_not_read_is_refused_with_the_remedy(int version, string sentence) =>
        Assert.Equal(
            sentence.Replace("{0}", ProgramVersion.Text, StringComparison.Ordinal),
            Assert.Throws<FileFormatException>(() => Letters.Require("a.txt", version)).Message
        );

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_version_that_is_read_passes(int version) => Assert.Null(Letters.Refusal("a.txt", version));

    [Theory]
    [InlineData("{ \"formatVersion\": 3 }", 3)]
    [InlineData("{ \"other\": 3 }", 1)]
    [InlineData("[]", 1)]
    public void A_file_without_a_version_is_of_the_first(string json, int version) =>
        Assert.Equal(version, FileFormat.VersionOf(JsonDocument.Parse(json).RootElement));

    [Theory]
    [InlineData("\"2\"")]
    [InlineData("0")]
    [InlineData("1.5")]
    [InlineData("null")]
    public void What_is_no_version_is_a_fault(string stated) =>
        Assert.Throws<InvalidDataException>(() =>
            FileFormat.VersionOf(JsonDocument.Parse($"{{ \"formatVersion\": {stated} }}").RootElement)
        );
}
