using System.Diagnostics;
using System.Security.Cryptography;

namespace Cppo.Fuzz;

/// <summary>Replays the corpus, then gives readers inputs; what fails is printed and written to the corpus.</summary>
internal sealed class FuzzRun(int seed, string corpus, TextWriter output)
{
    private const int MostPrinted = 10;
    private static readonly TimeSpan MostWaited = TimeSpan.FromSeconds(60);

    private int failures;

    /// <summary>True where nothing failed.</summary>
    public bool Run(IReadOnlyList<FuzzReader> readers, int first, int inputs)
    {
        long accepted = 0,
            refused = 0;
        foreach (var reader in readers)
        {
            using var watch = new Watch(reader, Hang);
            int replayed = Replay(reader, watch);
            foreach (var seed in reader.Seeds)
            {
                Check(reader, seed, watch, mustBeAccepted: true);
            }

            int before = failures,
                read = 0;
            long start = Stopwatch.GetTimestamp();
            for (int number = first; number < first + inputs; number++)
            {
                read += Check(reader, reader.Make(seed, number), watch, mustBeAccepted: false) ? 1 : 0;
            }

            int failed = failures - before;
            accepted += read;
            refused += inputs - read - failed;
            Say(
                $"{reader.Name, -22} {inputs, 7} inputs {read, 7} accepted {inputs - read - failed, 7} refused {failed, 4} failures, "
                    + $"{replayed} of the corpus replayed, {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"
            );
        }

        Say($"{inputs} inputs for each of {readers.Count} readers: {accepted} accepted, {refused} refused, {failures} failures");
        return failures == 0;
    }

    private int Replay(FuzzReader reader, Watch watch)
    {
        string directory = Path.Combine(corpus, reader.Name);
        string[] files = Directory.Exists(directory) ? [.. Directory.GetFiles(directory).Order(StringComparer.Ordinal)] : [];
        foreach (string file in files)
        {
            Check(reader, new(reader.FileNameOf(Path.GetFileName(file)), File.ReadAllBytes(file)), watch, mustBeAccepted: false);
        }

        return files.Length;
    }

    private bool Check(FuzzReader reader, FuzzInput input, Watch watch, bool mustBeAccepted)
    {
        watch.Begin(input);
        var verdict = Judge.Of(reader, input);
        watch.End();
        if (verdict.Fault is { } fault)
        {
            Fail(reader, input, fault);
        }
        else if (mustBeAccepted && !verdict.IsAccepted)
        {
            Fail(reader, input, "is sound and was refused");
        }

        return verdict is { IsAccepted: true, Fault: null };
    }

    private void Fail(FuzzReader reader, FuzzInput input, string fault)
    {
        failures++;
        if (failures > MostPrinted)
        {
            return;
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(input.Bytes))[..12];
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(corpus, reader.Name)).FullName, $"{hash}-{input.FileName}");
        File.WriteAllBytes(path, input.Bytes);
        Say($"{reader.Name}: {path} {fault}");
    }

    /// <summary>A reader that never ends ends the process.</summary>
    private void Hang(FuzzReader reader, FuzzInput input)
    {
        Fail(reader, input, $"was not read after {MostWaited.TotalSeconds} s");
        Environment.Exit(3);
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    /// <summary>Looks now and then whether an input takes too long.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly Timer timer;
        private FuzzInput? current;
        private long begun;

        public Watch(FuzzReader reader, Action<FuzzReader, FuzzInput> hang) =>
            timer = new Timer(
                _ =>
                {
                    if (Volatile.Read(ref current) is { } input && Stopwatch.GetElapsedTime(Volatile.Read(ref begun)) > MostWaited)
                    {
                        hang(reader, input);
                    }
                },
                null,
                1000,
                1000
            );

        public void Begin(FuzzInput input)
        {
            Volatile.Write(ref begun, Stopwatch.GetTimestamp());
            Volatile.Write(ref current, input);
        }

        public void End() => Volatile.Write(ref current, null);

        public void Dispose() => timer.Dispose();
    }
}
