using Cppo.Pipeline.Files;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Files;

/// <summary>What a user pastes into a shell calls the program that ran, with the paths that were meant.</summary>
public sealed class ProgramCallTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("runs/default", false, "runs/default")]
    [InlineData("runs/my run", false, "'runs/my run'")]
    [InlineData("it's", false, @"'it'\''s'")]
    [InlineData("$HOME;x", false, "'$HOME;x'")]
    [InlineData("", false, "''")]
    [InlineData(@"runs\x", false, @"'runs\x'")]
    [InlineData(@"C:\runs\x", true, @"C:\runs\x")]
    [InlineData(@"C:\my runs", true, "\"C:\\my runs\"")]
    public void Quote_leaves_plain_words_and_quotes_the_rest(string text, bool isWindows, string quoted) =>
        Assert.Equal(quoted, ShellWord.Quote(text, isWindows));

    [Fact]
    public void The_sdk_runs_what_it_built_from_the_project_of_the_current_directory()
    {
        var (program, build) = (
            directory.Of("bin", "Debug", "net10.0", "Cppo.Pipeline"),
            directory.Of("bin", "Debug", "net10.0") + Path.DirectorySeparatorChar
        );
        Assert.NotEqual("dotnet run --", ProgramCall.Of(directory.Path, build, program));
        File.WriteAllText(directory.Of("Cppo.Pipeline.csproj"), "");
        Assert.Equal("dotnet run --", ProgramCall.Of(directory.Path, build, program));
    }

    [Fact]
    public void A_published_program_is_called_by_its_own_name()
    {
        File.WriteAllText(directory.Of("Cppo.Pipeline.csproj"), "");
        string published = directory.Of("out") + Path.DirectorySeparatorChar;
        string file = Path.Combine(published, "Cppo.Pipeline");
        Assert.Equal(Path.Combine(".", "out", "Cppo.Pipeline"), ProgramCall.Of(directory.Path, published, file));
        Assert.Equal(ShellWord.Quote(file), ProgramCall.Of(directory.Of("elsewhere"), published, file));
        Assert.Equal(
            $"dotnet {Path.Combine(".", "out", "Cppo.Pipeline.dll")}",
            ProgramCall.Of(directory.Path, published, Path.Combine(Path.DirectorySeparatorChar + "usr", "bin", "dotnet"))
        );
    }

    [Fact]
    public void The_tool_is_called_as_it_is_found()
    {
        string store = directory.Of("tools", ".store") + Path.DirectorySeparatorChar;
        string command = directory.Of("tools", "cppo");
        string[] found = [directory.Of("other"), directory.Of("tools")];
        Assert.Equal("cppo", ProgramCall.Of(directory.Path, store, command, "cppo", found));
        Assert.Equal(Path.Combine(".", "tools", "cppo"), ProgramCall.Of(directory.Path, store, command, "cppo", found[..1]));
        string host = Path.Combine(Path.DirectorySeparatorChar + "usr", "bin", "dotnet");
        Assert.Equal("dotnet cppo", ProgramCall.Of(directory.Path, store, host, "cppo", found));
    }

    [Fact]
    public void A_program_that_has_this_one_as_a_library_is_called_by_its_own_name()
    {
        string built = directory.Of("app") + Path.DirectorySeparatorChar;
        string host = Path.Combine(Path.DirectorySeparatorChar + "usr", "bin", "dotnet");
        Assert.Equal($"dotnet {Path.Combine(".", "app", "Mine.dll")}", ProgramCall.Of(directory.Path, built, host, "Mine"));
        Assert.Equal(Path.Combine(".", "app", "Mine"), ProgramCall.Of(directory.Path, built, Path.Combine(built, "Mine"), "Mine"));
    }
}
