using System.Diagnostics;
using Cppo.Pipeline.Cli;

namespace Cppo.Pipeline.Tests.Cli;

public class CompletionTests
{
    private static async Task<string[]> Words(params string[] words)
    {
        var (code, output, error) = await TinyModelFolder.RunAsync("", ["completion", "words", "--", .. words]);
        Assert.Equal((0, ""), (code, error));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task Commands_options_values_and_keys_are_completed_and_paths_left_to_the_shell()
    {
        Assert.Equal(["chat"], await Words("ch"));
        Assert.Contains("train", await Words(""));
        Assert.Equal(["--samples", "--seed", "--system"], await Words("generate", "runs/x", "--s"));
        Assert.Contains("llama3.1", await Words("chat", "runs/x", "--chat", ""));
        Assert.Equal(["prune.keep="], await Words("pipeline.json", "--set", "prune.k"));
        Assert.Contains("--set", await Words("pipeline.json", "--"));
        Assert.Equal(["compare"], await Words("eval", "c"));
        Assert.Equal(["bash", "pwsh", "zsh"], await Words("completion", ""));
        Assert.Empty(await Words("generate", "ru"));
        Assert.Empty(await Words("pipel"));
        Assert.Contains("--verbose", await Words("chat", "--v"));
    }

    [Fact]
    public async Task A_word_that_is_none_of_an_options_is_answered_whatever_else_is_missing()
    {
        int tried = 0;
        foreach (string command in await Words(""))
        {
            foreach (string option in (await Words(command, "--")).Where(word => word.StartsWith("--", StringComparison.Ordinal)))
            {
                string[] values = await Words(command, option, "");
                if (values.Length < 2 || values.Any(value => value.StartsWith("--", StringComparison.Ordinal) || value.Contains('=')))
                {
                    continue;
                }

                var (code, output, error) = await TinyModelFolder.RunAsync("", [command, option, "nonsense"]);
                Assert.True((code, output) == (2, ""), $"{command} {option}: {code} {output}");
                Assert.Contains("'nonsense'", error, StringComparison.Ordinal);
                Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
                tried++;
            }
        }

        Assert.InRange(tried, 10, 1000);
    }

    [Theory]
    [InlineData("bash", "/a b/cppo", "'/a b/cppo'")]
    [InlineData("zsh", "/usr/bin/dotnet", "'/usr/bin/dotnet' '/app/Cppo.Pipeline.dll'")]
    [InlineData("bash", "/it's", @"'/it'\''s'")]
    [InlineData("pwsh", "/usr/bin/dotnet", "& '/usr/bin/dotnet' '/app/Cppo.Pipeline.dll'")]
    public void A_script_calls_the_program_that_printed_it(string shell, string process, string expected)
    {
        string program = CompletionScripts.ProgramOf(shell, process, "/app/Cppo.Pipeline.dll");
        Assert.Equal(expected, program);
        string script = CompletionScripts.Of(shell, program);
        Assert.Contains($"{expected} completion words ", script, StringComparison.Ordinal);
        Assert.DoesNotContain("{program}", script, StringComparison.Ordinal);
    }

    [BashFact]
    public async Task Bash_completes_with_what_the_program_answers()
    {
        // A stand-in for the program that shows which words it was asked with.
        string script = CompletionScripts.Of("bash", "ask");
        string answer = await BashAsync(
            "ask() { shift 3; printf '%s\\n' \"$@\" > asked; printf 'prune.keep=\\n'; }\n"
                + script
                + "complete -p cppo Cppo.Pipeline\n"
                + "COMP_WORDS=(cppo pipeline.json --set 'prune.k'); COMP_CWORD=3\n"
                + "compopt() { echo \"compopt $1 $2\"; }\n_cppo_complete\necho \"${COMPREPLY[@]}\"\ncat asked\n"
        );
        Assert.Equal(
            [
                "complete -o default -F _cppo_complete cppo",
                "complete -o default -F _cppo_complete Cppo.Pipeline",
                "compopt -o nospace",
                "prune.keep=",
                "pipeline.json",
                "--set",
                "prune.k",
            ],
            answer.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    private static async Task<string> BashAsync(string script)
    {
        var folder = Directory.CreateTempSubdirectory("cppo-bash-");
        var start = new ProcessStartInfo("bash", ["--norc", "-s"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.FullName,
        };
        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        string output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        folder.Delete(recursive: true);
        return output;
    }

    /// <summary>A fact that needs bash.</summary>
    private sealed class BashFactAttribute : FactAttribute
    {
        public BashFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no bash." : null;
    }
}
