using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Layers;
using Cppo.Model.Managed.Training;
using Cppo.Model.Tests.Engine;

namespace Cppo.Model.Tests.Managed;

public sealed class CommonPrefixTests
{
    private static readonly int[] Template = [.. Enumerable.Range(3, 37)];

    private static readonly int[][] Prompts =
    [
        [.. Template, 41, 42],
        [.. Template, 43],
        [.. Template, 44, 45, 46, 47],
        [.. Template, 41, 42],
    ];

    private static readonly (int Prompt, int[] TokenIds)[] Completions =
    [
        (0, [7, 8, 9, 1]),
        (0, [20]),
        (1, [30, 31, 1]),
        (2, [40, 41, 42, 43, 44]),
        (2, [45, 46, 47, 1]),
        (3, [21, 22, 23]),
    ];

    public static TheoryData<string> Levels() => [.. SimdLevels.Supported.Select(level => level.ToString())];

    [Fact]
    public void It_ends_before_the_shortest_prompt_does()
    {
        Assert.Equal(37, CommonPrefix.Length(Prompts));
        Assert.Equal(
            2,
            CommonPrefix.Length([
                [1, 2, 3],
                [1, 2, 3, 4],
            ])
        );
        Assert.Equal(
            1,
            CommonPrefix.Length([
                [1, 2, 3],
                [1, 5, 3],
            ])
        );
        Assert.Equal(
            0,
            CommonPrefix.Length([
                [1],
                [1, 2],
            ])
        );
        Assert.Equal(
            0,
            CommonPrefix.Length([
                [1, 2, 3],
            ])
        );
        Assert.Equal(0, CommonPrefix.Length([]));
    }

    [Fact]
    public void Its_rows_are_packed_once()
    {
        var packed = new PackedRows(Samples.Batch(Prompts, Completions));
        int questions = Prompts.Sum(prompt => prompt.Length - 37),
            completions = Completions.Sum(completion => completion.TokenIds.Length - 1);
        Assert.Equal(37 + questions + completions, packed.Rows.Count);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Completions_have_the_same_bits_as_of_each_prompt_alone(string level)
    {
        using var engine = Engine(level);
        using var snapshot = engine.Publish(0);
        var request = TinyModel.Request(1, 5) with { Prompts = [.. Prompts.Select((prompt, i) => new GenerationPrompt(prompt, i))] };
        var together = engine.Generate(snapshot, request, CancellationToken.None);
        for (int i = 0; i < Prompts.Length; i++)
        {
            var alone = engine.Generate(snapshot, request with { Prompts = [request.Prompts[i]] }, CancellationToken.None)[0];
            Assert.Equal(alone.Completions.Select(c => c.TokenIds), together[i].Completions.Select(c => c.TokenIds));
            Assert.Equal(alone.Completions.Select(c => c.Logprobs), together[i].Completions.Select(c => c.Logprobs));
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Logprobs_are_the_same_bits_and_gradients_the_sum_of_each_prompt_alone(string level)
    {
        using var together = Engine(level);
        using var apart = Engine(level);
        using var snapshot = together.Publish(0);
        together.ForwardBackward(Samples.Batch(Prompts, Completions), 0.9, Gradient);
        float[][] logprobs = together.Logprobs(snapshot, Samples.Batch(Prompts, Completions), 0.9);
        for (int i = 0; i < Prompts.Length; i++)
        {
            var own = Samples.Batch([Prompts[i]], [.. Completions.Where(c => c.Prompt == i).Select(c => (0, c.TokenIds))]);
            apart.ForwardBackward(own, 0.9, Gradient);
            Assert.Equal(apart.Logprobs(snapshot, own, 0.9), logprobs.Where((_, sample) => Completions[sample].Prompt == i));
        }

        Compare.Near(apart.ExportGradients(), together.ExportGradients(), 1e-5);
    }

    private static ManagedEngine Engine(string level) =>
        new(TinyModel.Config(), TinyModel.Weights(TinyModel.Config()), new EngineSettings { Threads = 2 }, Enum.Parse<SimdLevel>(level));

    private static float[][] Gradient(float[][] logprobs) =>
        [.. logprobs.Select(row => row.Select((_, t) => 1f / (row.Length + t)).ToArray())];
}
