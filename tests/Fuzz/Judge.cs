using Cppo.Model.Engine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;

namespace Cppo.Fuzz;

/// <summary>What a reader made of an input.</summary>
/// <param name="IsAccepted">Whether it was read to its end.</param>
/// <param name="Fault">What must not be, in words; null where all is as it must be.</param>
internal readonly record struct Verdict(bool IsAccepted, string? Fault);

/// <summary>
/// Holds a reader to what is promised: no exception but the program's own for bad input, whose message names the file and can be read, at
/// most a second of processor time and 512 MB of memory.
/// </summary>
internal static class Judge
{
    private const long MostBytes = 512L << 20;
    private const int MostCharacters = 20_000;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1);

    public static Verdict Of(FuzzReader reader, FuzzInput input)
    {
        var verdict = Once(reader, input);

        // Compiling and collecting in the background count, too: what takes long takes long again.
        return verdict.Fault?.StartsWith("took", StringComparison.Ordinal) == true ? Once(reader, input) : verdict;
    }

    private static Verdict Once(FuzzReader reader, FuzzInput input)
    {
        long bytes = GC.GetTotalAllocatedBytes();
        var time = Environment.CpuUsage.TotalTime;
        Exception? thrown = null;
        try
        {
            reader.Read(input);
        }
        catch (Exception error)
        {
            thrown = error is AggregateException { InnerExceptions.Count: 1 } ? error.InnerException : error;
        }

        time = Environment.CpuUsage.TotalTime - time;
        bytes = GC.GetTotalAllocatedBytes() - bytes;
        string? fault =
            time > MostTime ? $"took {time.TotalSeconds:0.0} s of processor time"
            : bytes > MostBytes ? $"took {bytes >> 20} MB of memory"
            : thrown is null ? null
            : !IsOwn(thrown) ? $"ended in {thrown}"
            : !thrown.Message.Contains(input.FileName, StringComparison.Ordinal) && !NamesDirectory(reader, thrown)
                ? $"was refused without its name: {thrown.Message}"
            : thrown.Message.Length > MostCharacters ? $"was refused in {thrown.Message.Length} characters"
            : null;
        return new(thrown is null, fault);
    }

    /// <summary>Exceptions that end the program with exit code 2 and their message alone.</summary>
    private static bool IsOwn(Exception error) =>
        error is ConfigException or UsageException or DataException or FileFormatException or ModelFileException or RefusedException;

    /// <summary>What is wrong with a model's files taken together is said of their directory.</summary>
    private static bool NamesDirectory(FuzzReader reader, Exception error) =>
        error is ModelFileException && error.Message.Contains(Path.DirectorySeparatorChar + reader.Name, StringComparison.Ordinal);
}
