using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Rollout;
using Cppo.Model.Managed.Threads;
using Cppo.Model.Tests.Engine;

namespace Cppo.Model.Tests.Managed;

/// <summary>One lane whose jobs all threads share gives the same bits as a lane of each thread's own.</summary>
public sealed class SharedStepTests
{
    public static TheoryData<string, string, int> LevelsArchitecturesAndThreads()
    {
        var data = new TheoryData<string, string, int>();
        foreach (var level in SimdLevels.Supported)
        {
            foreach (string architecture in TinyModel.Architectures)
            {
                data.Add(level.ToString(), architecture, 2);
                data.Add(level.ToString(), architecture, 3);
            }
        }

        return data;
    }

    /// <summary>Groups, what all prompts begin with, completions that share rows and that end at different lengths.</summary>
    [Theory]
    [MemberData(nameof(LevelsArchitecturesAndThreads))]
    public void Both_modes_give_the_same_bits(string level, string architecture, int threads)
    {
        var config = TinyModel.Architecture(architecture);
        using var own = Engine(level, config, 1, isShared: false);
        using var alone = Engine(level, config, 1, isShared: true);
        using var shared = Engine(level, config, threads, isShared: true);
        using var ownSnapshot = own.Publish(0);
        using var aloneSnapshot = alone.Publish(0);
        using var sharedSnapshot = shared.Publish(0);
        foreach (double temperature in new[] { 0, 0.3, 1 })
        {
            var request = Request(temperature);
            var expected = own.Generate(ownSnapshot, request, CancellationToken.None);
            Same(expected, alone.Generate(aloneSnapshot, request, CancellationToken.None));
            Same(expected, shared.Generate(sharedSnapshot, request, CancellationToken.None));
            Same(expected, shared.Generate(sharedSnapshot, request with { Threads = 1 }, CancellationToken.None));
        }
    }

    /// <summary>Prompts are cut where a pass is full, and several short ones share one.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(2, 5)]
    [InlineData(3, 13)]
    public void A_pass_of_any_width_on_any_threads_gives_the_same_bits(int threads, int passRows)
    {
        using var engine = Engine(SimdLevels.Best.ToString(), TinyModel.Config(), 1, isShared: false);
        using var snapshot = (ManagedSnapshot)engine.Publish(0);
        var request = Request(0.8);
        var expected = Run(snapshot, request, most: 4, passRows: 200, null);
        using var team = new Team(threads);
        Same(expected, Run(snapshot, request, most: 1, passRows, team));
        Same(expected, Run(snapshot, request, most: 4, passRows, team));
    }

    [Fact]
    public void Memory_is_as_large_as_its_sizes_say()
    {
        var settings = new EngineSettings { MaxFloatsOfOwnLanes = 0 };
        var shape = new ModelShape(TinyModel.Config(), SimdLevels.Best);
        var request = new RequestSizes
        {
            NumPrompts = 3,
            GroupSize = 5,
            MinPrompt = 2,
            MaxPrompt = 33,
            MaxNewTokens = 40,
        };
        var layout = RolloutLayout.Of(shape, request, threads: 2, settings);
        Assert.True(layout.IsShared);
        Assert.Equal((1, 15, 3), (layout.NumLanes, layout.Sizes.Rows, layout.Sizes.Prompts));

        // 15 stretches of 64 places and 4 of 64; 3 layers with 2 heads of 8 numbers, padded to 16, for keys and for values.
        Assert.Equal(19 * 64 * 3 * 2 * 16 * 2, layout.Sizes.Floats(shape).KeyValues);
        Assert.Equal(
            2 * layout.Sizes.Floats(shape).Attention * sizeof(float),
            layout.Bytes(shape) - (layout with { Sizes = layout.Sizes with { Threads = 0 } }).Bytes(shape)
        );
        var own = RolloutLayout.Of(shape, request with { NumPrompts = 4 }, threads: 2, new EngineSettings());
        Assert.False(own.IsShared);
        Assert.Equal((2, 10), (own.NumLanes, own.Sizes.Rows));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_crew_runs_every_piece_once(int threads)
    {
        using var team = new Team(threads);
        var crew = new Crew(team);
        for (int pieces = 0; pieces < 40; pieces++)
        {
            for (int atATime = 1; atATime < 6; atATime++)
            {
                int[] counts = new int[pieces];
                crew.Run(
                    pieces,
                    atATime,
                    (first, end, thread) =>
                    {
                        Assert.InRange(thread, 0, threads - 1);
                        for (int piece = first; piece < end; piece++)
                        {
                            Interlocked.Increment(ref counts[piece]);
                        }
                    }
                );
                Assert.All(counts, count => Assert.Equal(1, count));
            }
        }
    }

    [Fact]
    public void A_token_taker_that_fails_ends_the_request_and_leaves_the_engine_usable()
    {
        var config = TinyModel.Config();
        using var engine = Engine(SimdLevels.Best.ToString(), config, 3, isShared: true);
        using var snapshot = engine.Publish(0);
        var request = Request(1);
        int taken = 0;
        var failing = request with
        {
            OnToken = (_, _, _) =>
            {
                if (Interlocked.Increment(ref taken) == 30)
                {
                    throw new InvalidOperationException("enough");
                }
            },
        };
        Assert.Throws<InvalidOperationException>(() => engine.Generate(snapshot, failing, CancellationToken.None));
        using var stop = new CancellationTokenSource();
        var stopped = request with { Ended = stop.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(() => engine.Generate(snapshot, stopped, stop.Token));
        using var other = Engine(SimdLevels.Best.ToString(), config, 1, isShared: false);
        using var same = other.Publish(0);
        Same(other.Generate(same, request, CancellationToken.None), engine.Generate(snapshot, request, CancellationToken.None));
    }

    [Fact]
    public void Another_call_has_its_first_core_while_a_request_runs()
    {
        var config = TinyModel.Config();
        var cores = new CoreBudget(2);
        using var engine = new ManagedEngine(
            config,
            TinyModel.Weights(config),
            new EngineSettings
            {
                Threads = 2,
                Cores = cores,
                MaxFloatsOfOwnLanes = 0,
            }
        );
        using var snapshot = engine.Publish(0);
        int taken = 0;
        bool served = false;
        var request = Request(1) with
        {
            OnToken = (_, _, _) =>
            {
                if (Interlocked.Increment(ref taken) == 40)
                {
                    using var done = new ManualResetEventSlim();
                    var other = new Thread(() =>
                    {
                        cores.TakeForCall();
                        cores.Give();
                        done.Set();
                    });
                    other.Start();
                    served = done.Wait(TimeSpan.FromSeconds(60));
                    other.Join();
                }
            },
        };
        engine.Generate(snapshot, request, CancellationToken.None);
        Assert.True(served);
        Assert.True(SpinWait.SpinUntil(() => cores.TryTakeSpare(), TimeSpan.FromSeconds(60)));
        Assert.True(SpinWait.SpinUntil(() => cores.TryTakeSpare(), TimeSpan.FromSeconds(60)));
    }

    private static GenerationRequest Request(double temperature)
    {
        var request = TinyModel.Request(7, 6, temperature, 24, 3, 4);
        int[] template = [.. Enumerable.Range(5, 21)];
        return request with
        {
            Prompts =
            [
                .. request.Prompts.Select(
                    (prompt, i) =>
                        new GenerationPrompt([.. template, .. prompt.TokenIds], prompt.Key)
                        {
                            MaxNewTokens = [.. Enumerable.Range(0, 6).Select(c => 1 + ((i + (c * 7)) % 24))],
                        }
                ),
            ],
        };
    }

    private static GeneratedCompletion[][] Run(ManagedSnapshot snapshot, GenerationRequest request, int most, int passRows, Team? team)
    {
        using var memory = new LaneMemory();
        var results = RolloutLaneTests.Results(request);
        var work = RolloutLaneTests.Work(snapshot, request, most, logitRows: 3, results: results, passRows: passRows, team: team);
        var lane = new RolloutLane(memory, work);
        while (lane.Step(CancellationToken.None)) { }

        return results;
    }

    private static ManagedEngine Engine(string level, DecoderConfig config, int threads, bool isShared) =>
        new(
            config,
            TinyModel.Weights(config),
            new EngineSettings { Threads = threads, MaxFloatsOfOwnLanes = isShared ? 0 : long.MaxValue },
            Enum.Parse<SimdLevel>(level)
        );

    private static void Same(GeneratedCompletion[][] expected, GeneratedCompletion[][] actual) => RolloutLaneTests.Same(expected, actual);

    private static void Same(GeneratedGroup[] expected, GeneratedGroup[] actual) =>
        Same([.. expected.Select(group => group.Completions)], [.. actual.Select(group => group.Completions)]);
}
