using System.Globalization;
using Cppo.Model.Gguf;
using Cppo.Model.Tokenizer;
using Xunit.Abstractions;

namespace Cppo.Export.Tests;

/// <summary>The embedded model in llama.cpp: templates applied there, tokens cut there, and the same answers.</summary>
public sealed class EmbeddedModelTests(ITestOutputHelper output) : IDisposable
{
    private const int NumQuestions = 50;
    private const int MostTokens = 96;

    /// <summary>Logits that are closer than this are equal for two programs that sum fp32 in another order.</summary>
    private const float Noise = 1e-4f;

    private readonly ExportFolder folder = new();
    private readonly EmbeddedModel ours = new();

    public void Dispose()
    {
        ours.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Fifty_test_questions_have_the_same_greedy_tokens()
    {
        using var llama = new LlamaModel(folder.Gguf(ExportFolder.BaseModel));
        string system = llama.Metadata[GgufModel.SystemTextKey];
        int same = 0;
        foreach (string question in EmbeddedModel.Questions(NumQuestions))
        {
            int[] prompt = llama.Tokenize(llama.Apply(new ChatMessage("system", system), new ChatMessage("user", question)));
            Assert.Equal(ours.Prompt(question), prompt);
            int[] expected = ours.Greedy(prompt, MostTokens);
            var (tokens, logits) = llama.Greedy(prompt, MostTokens, [.. ours.Stops]);
            if (tokens.SequenceEqual(expected))
            {
                same++;
                continue;
            }

            // Only a tie may be broken otherwise, and is shown.
            int at = tokens.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
            float[] theirs = logits[at],
                logprobs = ours.Logprobs([.. prompt, .. expected[..at]]);
            float gap = theirs[tokens[at]] - theirs[expected[at]],
                ourGap = logprobs[expected[at]] - logprobs[tokens[at]];
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{question}: token {at} is {expected[at]} here and {tokens[at]} in llama.cpp; its logits are {theirs[expected[at]]:R} "
                        + $"and {theirs[tokens[at]]:R}, ours {ourGap:R} apart"
                )
            );
            Assert.InRange(gap, 0, Noise);
            Assert.InRange(ourGap, 0, Noise);
        }

        output.WriteLine($"{same} of {NumQuestions} questions have the same greedy tokens");
        Assert.InRange(same, NumQuestions - 1, NumQuestions);
    }

    /// <summary>Types with fewer digits may decide close calls otherwise, in some of the answers.</summary>
    [Theory]
    [InlineData("f32", true, 49)]
    [InlineData("f16", true, 48)]
    [InlineData("bf16", true, 46)]
    [InlineData("q8_0", true, 44)]
    public void Most_answers_are_the_same_in_every_type_with_llama_cpps_own_cache(string type, bool halfCache, int atLeast)
    {
        using var llama = new LlamaModel(folder.Gguf(ExportFolder.BaseModel, GgufTypes.Named(type)), halfCache);
        int same = EmbeddedModel
            .Questions(NumQuestions)
            .Select(ours.Prompt)
            .Count(prompt => llama.Greedy(prompt, MostTokens, [.. ours.Stops]).Tokens.SequenceEqual(ours.Greedy(prompt, MostTokens)));
        output.WriteLine($"{type}: {same} of {NumQuestions} questions have the same greedy tokens");
        Assert.InRange(same, atLeast, NumQuestions);
    }

    [Theory]
    [InlineData("f32", false, 1e-4)]
    [InlineData("f32", true, 2e-2)]
    [InlineData("f16", false, 2e-2)]
    [InlineData("bf16", false, 5e-2)]
    [InlineData("q8_0", false, 2e-1)]
    public void Logprobs_of_the_whole_vocabulary_are_as_near_as_the_type_is_fine(string type, bool halfCache, double tolerance)
    {
        using var llama = new LlamaModel(folder.Gguf(ExportFolder.BaseModel, GgufTypes.Named(type)), halfCache);
        double largest = 0;
        foreach (string question in EmbeddedModel.Questions(8))
        {
            int[] prompt = ours.Prompt(question);
            foreach (int length in (int[])[prompt.Length / 2, prompt.Length])
            {
                float[] logits = llama.Logits(prompt[..length])[^1];
                float[] expected = ours.Logprobs(prompt[..length]);
                double total = Math.Log(logits.Sum(logit => Math.Exp(logit)));
                largest = Math.Max(largest, expected.Zip(logits, (logprob, logit) => Math.Abs(logprob - (logit - total))).Max());
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type}, 16-bit cache {halfCache}: at most {largest:G3} apart"));
        Assert.InRange(largest, 0, tolerance);
    }

    [Fact]
    public void What_ends_a_completion_here_ends_it_there()
    {
        using var llama = new LlamaModel(folder.Gguf(ExportFolder.BaseModel), vocabularyOnly: true);
        Assert.All(ours.Stops, stop => Assert.True(llama.IsEnd(stop)));
        Assert.Equal(ours.Stops[0], (int)llama.Vocabulary.EOS!.Value);
        Assert.False(llama.Vocabulary.ShouldAddBOS);
    }
}
