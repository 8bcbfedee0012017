using Cppo.Chaos.Runs;
using Cppo.Model.Files;
using Cppo.Pipeline;

namespace Cppo.Chaos.Children;

/// <summary>The program as its users start it, in a process that obeys a <see cref="ChildOrder"/>.</summary>
internal sealed class ChaosChild : IDisposable
{
    private readonly Lock gate = new();
    private readonly ChildOrder order;
    private readonly ChangeNames names;
    private readonly StreamWriter? trace;
    private bool isBlocked;

    private ChaosChild(ChildOrder order)
    {
        this.order = order;
        names = new ChangeNames(order.RunDirectory);
        trace = order.TracePath is null ? null : new StreamWriter(order.TracePath) { AutoFlush = true };
    }

    /// <summary>Runs the program's own entry point; returns its exit code.</summary>
    public static int Run(ChildOrder order, string[] args)
    {
        // A parent in the background of a shell hands down an ignored Ctrl-C.
        Unix.TakeByDefault(Unix.Interrupt);
        if (order.FileSizeLimit is { } limit)
        {
            Unix.LimitFileSize(limit);
        }

        using var child = new ChaosChild(order);
        DurableFiles.Changing = child.Seen;
        return (int)typeof(CommandLine).Assembly.EntryPoint!.Invoke(null, [args])!;
    }

    public void Dispose()
    {
        DurableFiles.Changing = null;
        trace?.Dispose();
    }

    private void Seen(FileChange change)
    {
        lock (gate)
        {
            var name = names.Next(change);
            trace?.WriteLine(name);
            if (name == order.Kill)
            {
                Unix.Send(Environment.ProcessId, Unix.Kill);

                // With the gate held, so that no thread makes another change until the signal arrives.
                Thread.Sleep(Timeout.Infinite);
            }

            if (order.Obstacle is { } obstacle && !isBlocked && IsAtOrBelow(name.Path, obstacle.Path))
            {
                isBlocked = true;
                Place(obstacle);
            }
        }
    }

    private void Place(Obstacle obstacle)
    {
        string path = Path.Combine(order.RunDirectory, obstacle.Path);
        FileTree.Move(path, obstacle.Away);

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (obstacle.IsDirectory)
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            File.WriteAllText(path, "in the way");
        }
    }

    private static bool IsAtOrBelow(string path, string place) =>
        path == place || path == place + AtomicFile.Ending || path.StartsWith(place + "/", StringComparison.Ordinal);
}
