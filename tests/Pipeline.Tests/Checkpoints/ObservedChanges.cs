using Cppo.Model.Files;

namespace Cppo.Pipeline.Tests.Checkpoints;

/// <summary>Has each change of files below a directory told before it is made, whichever thread makes it, until it is disposed.</summary>
internal sealed class ObservedChanges : IDisposable
{
    private static readonly Lock Gate = new();
    private readonly string below;
    private readonly Action<FileChange> observe;

    public ObservedChanges(string directory, Action<FileChange> observe)
    {
        below = Path.GetFullPath(directory) + Path.DirectorySeparatorChar;
        this.observe = observe;
        lock (Gate)
        {
            DurableFiles.Changing += See;
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            DurableFiles.Changing -= See;
        }
    }

    private void See(FileChange change)
    {
        if ((Path.GetFullPath(change.Path) + Path.DirectorySeparatorChar).StartsWith(below, StringComparison.Ordinal))
        {
            observe(change);
        }
    }
}
