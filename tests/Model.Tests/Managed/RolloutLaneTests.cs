using System.Collections;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Rollout;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Tests.Engine;

namespace Cppo.Model.Tests.Managed;

public sealed class RolloutLaneTests
{
    public static TheoryData<string, double> LevelsAndTemperatures()
    {
        var data = new TheoryData<string, double>();
        foreach (var level in SimdLevels.Supported)
        {
            foreach (double temperature in new[] { 0, 0.02, 0.1, 1 })
            {
                data.Add(level.ToString(), temperature);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(LevelsAndTemperatures))]
    public void Completions_that_share_rows_have_the_same_bits_as_one_at_a_time(string level, double temperature)
    {
        using var engine = Engine(level);
        using var snapshot = (ManagedSnapshot)engine.Publish(0);
        var request = TinyModel.Request(4, 12, temperature, 40, 3, 4);
        request = request with
        {
            Prompts =
            [
                .. request.Prompts.Select(
                    (prompt, i) => prompt with { MaxNewTokens = [.. Enumerable.Range(0, 12).Select(c => 1 + ((i + (c * 7)) % 40))] }
                ),
            ],
        };
        Same(Run(snapshot, request, maxRows: 1), Run(snapshot, request, maxRows: 48));
        Same(Run(snapshot, request, maxRows: 1), Run(snapshot, request, maxRows: 30, enough: 3));
    }

    [Fact]
    public void Completions_with_the_same_tokens_are_one_row()
    {
        using var engine = Engine(SimdLevels.Best.ToString());
        using var snapshot = (ManagedSnapshot)engine.Publish(0);
        using var memory = new LaneMemory();
        var request = TinyModel.Request(3, 8, temperature: 0, maxNewTokens: 10);
        var lane = new RolloutLane(memory, Work(snapshot, request, most: 24, logitRows: 24));
        for (int step = 0; step < 9; step++)
        {
            Assert.True(lane.Step(CancellationToken.None));
            Assert.Equal(3, lane.NumRows);
            Assert.Equal(8 * lane.RowSteps, lane.TokensDrawn);
        }
    }

    [Fact]
    public void No_prompt_is_opened_while_enough_completions_are_in_progress_though_they_begin_as_one_row()
    {
        using var engine = Engine(SimdLevels.Best.ToString());
        using var snapshot = (ManagedSnapshot)engine.Publish(0);
        using var memory = new LaneMemory();
        var request = TinyModel.Request(5, 8, temperature: 1, maxNewTokens: 10);
        var lane = new RolloutLane(memory, Work(snapshot, request, most: 40, logitRows: 40, enough: 9));
        int most = 0;
        while (lane.Step(CancellationToken.None))
        {
            most = Math.Max(most, lane.NumRows);
        }

        Assert.InRange(most, 9, 16);
        Assert.Equal(5 * 8 * 10, lane.TokensDrawn);
    }

    [Fact]
    public void Cancellation_stops_before_the_next_prompt_and_leaves_nothing_for_the_next_request()
    {
        using var engine = Engine(SimdLevels.Best.ToString());
        using var snapshot = (ManagedSnapshot)engine.Publish(0);
        using var memory = new LaneMemory();
        using var stop = new CancellationTokenSource();
        var request = TinyModel.Request(6, 2);
        int last = -1;
        var prompts = new WatchedPrompts(
            request.Prompts,
            index =>
            {
                last = index;
                if (index == 2)
                {
                    stop.Cancel();
                }
            }
        );
        var lane = new RolloutLane(memory, Work(snapshot, request with { Prompts = prompts }, most: 12, logitRows: 12));
        Assert.ThrowsAny<OperationCanceledException>(() => lane.Step(stop.Token));
        Assert.Equal(2, last);

        var results = Results(request);
        var next = new RolloutLane(memory, Work(snapshot, request, most: 5, logitRows: 12, results: results));
        while (next.Step(CancellationToken.None)) { }

        Same(Run(snapshot, request, maxRows: 1), results);
    }

    private static GeneratedCompletion[][] Run(ManagedSnapshot snapshot, GenerationRequest request, int maxRows, int enough = int.MaxValue)
    {
        using var memory = new LaneMemory();
        var results = Results(request);
        var lane = new RolloutLane(memory, Work(snapshot, request, most: maxRows, logitRows: 5, enough: enough, results: results));
        while (lane.Step(CancellationToken.None)) { }

        return results;
    }

    internal static LaneWork Work(
        ManagedSnapshot snapshot,
        GenerationRequest request,
        int most,
        int logitRows,
        int enough = int.MaxValue,
        GeneratedCompletion[][]? results = null,
        int passRows = 64,
        Team? team = null
    )
    {
        var (crew, prompts) = (new Crew(team), request.Prompts.Select(prompt => prompt.TokenIds.Length).ToArray());
        return new LaneWork
        {
            Weights = snapshot.Weights,
            Request = request,
            Queue = new RolloutQueue(request, 1),
            Results = results ?? Results(request),
            Crew = crew,
            EnoughCompletions = enough,
            Sizes = new LaneSizes
            {
                Rows = most,
                MaxNewTokens = request.Sampling.MaxNewTokens,
                MaxPrompt = prompts.Max(),
                Prompts = Math.Min(most, prompts.Length),
                HasCommon = prompts.Length > 1,
                PassRows = Math.Max(most, passRows),
                ChunkRows = 10,
                LogitRows = Math.Min(most, logitRows),
                Threads = crew.Size,
            },
        };
    }

    internal static GeneratedCompletion[][] Results(GenerationRequest request) =>
        [.. request.Prompts.Select(_ => new GeneratedCompletion[request.GroupSize])];

    internal static void Same(GeneratedCompletion[][] expected, GeneratedCompletion[][] actual)
    {
        foreach (var (e, a) in expected.SelectMany(group => group).Zip(actual.SelectMany(group => group)))
        {
            Assert.Equal(e.TokenIds, a.TokenIds);
            Assert.Equal(e.Logprobs, a.Logprobs);
            Assert.Equal(e.FinishReason, a.FinishReason);
        }
    }

    private static ManagedEngine Engine(string level) =>
        new(TinyModel.Config(), TinyModel.Weights(TinyModel.Config()), new EngineSettings { Threads = 1 }, Enum.Parse<SimdLevel>(level));

    /// <summary>Tells which prompt a lane takes.</summary>
    private sealed class WatchedPrompts(IReadOnlyList<GenerationPrompt> prompts, Action<int> taken) : IReadOnlyList<GenerationPrompt>
    {
        public int Count => prompts.Count;

        public GenerationPrompt this[int index]
        {
            get
            {
                taken(index);
                return prompts[index];
            }
        }

        public IEnumerator<GenerationPrompt> GetEnumerator() => prompts.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
