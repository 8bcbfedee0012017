namespace Cppo.Pipeline.Graph;

/// <summary>Holds the feeder back until a policy version is published.</summary>
/// <param name="published">The newest version that exists already.</param>
internal sealed class VersionGate(int published)
{
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int newest = published;

    /// <summary>Returns once <paramref name="version"/> or a later one is published.</summary>
    public async Task WaitAsync(int version, CancellationToken cancel)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (newest >= version)
                {
                    return;
                }

                change = changed.Task;
            }

            await change.WaitAsync(cancel);
        }
    }

    /// <summary>Lets those pass who wait for <paramref name="version"/>.</summary>
    /// <exception cref="InvalidOperationException">It does not follow the newest version.</exception>
    public void Publish(int version)
    {
        lock (gate)
        {
            if (version != newest + 1)
            {
                throw new InvalidOperationException($"Policy version {version} was published after version {newest}.");
            }

            newest = version;
            changed.SetResult();
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
