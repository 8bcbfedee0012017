using System.Diagnostics;
using Cppo.Pipeline.CustomRewards;

namespace Cppo.Pipeline.Tests.CustomRewards;

/// <summary>How requests end that are not wanted any more.</summary>
public sealed partial class HttpRewardTests
{
    [Fact]
    public async Task Cancellation_ends_a_request_and_a_pause_at_once()
    {
        var watch = Stopwatch.StartNew();
        foreach (var reply in new[] { RewardReply.Hanging, new RewardReply(503, "", false, ("Retry-After", "500")) })
        {
            using var server = new RewardServer(_ => reply);
            using var reward = new HttpReward(
                new HttpRewardSettings
                {
                    Name = "judge",
                    Key = "reward.parts.1",
                    Url = new Uri(server.Url),
                },
                Secrets.None,
                notices.Add
            );
            using var cancel = new CancellationTokenSource();
            var scoring = reward.ScoreAsync([RewardGroups.Of("q", 2)], cancel.Token);
            await server.FirstCall.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await Task.Delay(100);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scoring);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task The_first_failure_is_told_and_ends_the_other_requests()
    {
        using var server = new RewardServer(call =>
            (string)call.Items[0]["completion"]! == "<answer>2</answer>" ? new(400, "bad") : RewardReply.Hanging
        );
        using var reward = Client(server, settings => settings with { Batch = 1, Concurrency = 4, Timeout = TimeSpan.FromMinutes(1) });
        var failure = await Assert.ThrowsAsync<RewardFailedException>(() =>
            reward.ScoreAsync([RewardGroups.Of("q1", 4)], default).WaitAsync(TimeSpan.FromSeconds(20))
        );
        Assert.Contains("400 Bad Request", failure.Message, StringComparison.Ordinal);
    }
}
