using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Tests.Cli;

namespace Cppo.Pipeline.Tests.Models;

/// <summary>A load that a stop ends, whatever it waits for.</summary>
public sealed class AbandonableTests
{
    [Fact]
    public async Task Work_that_never_looks_at_the_stop_is_left_behind_and_what_it_makes_is_disposed_of()
    {
        using var release = new ManualResetEventSlim();
        var made = new Made();
        using var stop = new CancellationTokenSource();
        var loading = Abandonable.RunAsync(
            _ =>
            {
                release.Wait(CancellationToken.None);
                return made;
            },
            stop.Token
        );
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.False(made.Disposed.Task.IsCompleted);
        release.Set();
        await made.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Work_that_ends_gives_its_result_or_its_fault()
    {
        Assert.Equal(7, await Abandonable.RunAsync(_ => 7, default));
        await Assert.ThrowsAsync<FormatException>(() => Abandonable.RunAsync<int>(_ => throw new FormatException(), default));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Abandonable.RunAsync(_ => 7, new CancellationToken(true)));
    }

    [EngineFact]
    public void A_model_s_load_looks_at_the_stop_itself()
    {
        using var folder = new TinyModelFolder();
        var config = new PipelineConfig
        {
            Model = new ModelConfig { Path = folder.Model, Threads = 1 },
        };
        Assert.ThrowsAny<OperationCanceledException>(() => LoadedModel.Load(config, stop: new CancellationToken(true)).Dispose());
    }

    private sealed class Made : IDisposable
    {
        public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => Disposed.TrySetResult();
    }
}
