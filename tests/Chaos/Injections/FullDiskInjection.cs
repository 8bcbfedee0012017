using System.Diagnostics;
using System.Globalization;
using Cppo.Chaos.Children;
using Cppo.Chaos.Runs;

namespace Cppo.Chaos.Injections;

/// <summary>Gives a run a disk of its own that is too small, and makes room when it has ended.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Variant">The run.</param>
/// <param name="Share">The disk's size, as a share of what a whole run's files take.</param>
internal sealed record FullDiskInjection(string Id, Variant Variant, double Share) : Injection(Id, Variant)
{
    private const string Enough = "remount,size=64m";

    public override async Task<Outcome> ExecuteAsync(TestBed bed, string run)
    {
        string disk = Directory.CreateDirectory(Path.GetDirectoryName(run)!).FullName;
        long size = (long)(Share * (await bed.WholeAsync(Variant)).Bytes);
        string options = string.Create(CultureInfo.InvariantCulture, $"size={size}");
        if (!OperatingSystem.IsLinux() || await CallAsync("mount", "-t", "tmpfs", "-o", options, "none", disk) is not null)
        {
            return new Outcome(OutcomeKind.Skipped, "a disk of a size can be mounted by root on Linux only");
        }

        try
        {
            var end = await ChildProcess.RunAsync(new ChildOrder { RunDirectory = run }, bed.Arguments(Variant, run));
            string? fault = end.ExitCode is 1 or 2 ? Sentence.Fault(end.Error, run) : $"it ended with {end.ExitCode}";
            if (fault is not null)
            {
                return Outcome.Wrong($"on {size} bytes: {fault}");
            }

            if (await CallAsync("mount", "-o", Enough, disk) is { } failed)
            {
                return Outcome.Wrong($"the disk could not be made larger: {failed}");
            }

            var outcome = await new Recovery(bed, Variant, run) { Kept = RunContent.NewestCheckpoint(run) ?? 0 }.RunAsync();
            return outcome with { Words = $"{Sentence.Short(end.Error, run)} / {outcome.Words}" };
        }
        finally
        {
            // Detached at once, whoever still reads there.
            await CallAsync("umount", "-l", disk);
        }
    }

    private static async Task<string?> CallAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            string error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return absent.Message;
        }
    }
}
