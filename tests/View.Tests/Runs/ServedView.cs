using System.Text.RegularExpressions;
using Cppo.Pipeline.Tests.Cli;

namespace Cppo.View.Tests.Runs;

/// <summary>The program as it serves a page about some directories.</summary>
internal sealed partial class ServedView : IDisposable
{
    /// <summary>What a machine that is busy with other work is given for starting, training some updates, and ending.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly ChildProgram program;

    private ServedView(ChildProgram program, string address) => (this.program, Address) = (program, address);

    /// <summary>Where the page is.</summary>
    public string Address { get; }

    public static async Task<ServedView> StartAsync(IEnumerable<string> places, int port = 0)
    {
        var program = new ChildProgram(["view", .. places, "--port", $"{port}"]);
        await program.HearAsync("http://", Patience);
        return new ServedView(program, AddressPattern().Match(program.Said).Value);
    }

    /// <summary>Ends it as Ctrl-C does.</summary>
    public async Task EndAsync()
    {
        await program.SignalAsync("INT");
        Assert.Equal(0, await program.EndAsync(Patience));
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task RunAsync(params string[] args)
    {
        using var program = new ChildProgram(args);
        int code = await program.EndAsync(Patience);
        Assert.True(code == 0, $"{string.Join(' ', args)} ended with {code}:\n{program.Said}");
    }

    public void Dispose() => program.Dispose();

    [GeneratedRegex(@"http://[0-9a-z.\[\]:]+/")]
    private static partial Regex AddressPattern();
}
