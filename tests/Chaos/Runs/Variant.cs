using System.Globalization;
using System.Text.Json;

namespace Cppo.Chaos.Runs;

/// <summary>A kind of run that is attacked: three updates of a model that knows nothing, a fraction of a second each.</summary>
/// <param name="Family">The model's, <c>qwen2</c> or <c>qwen3</c>.</param>
/// <param name="Staleness"><c>update.maxStaleness</c>.</param>
/// <param name="Replicas">How many devices generate and train.</param>
internal sealed record Variant(string Family, int Staleness, int Replicas)
{
    /// <summary>The name of every run: its rows carry it.</summary>
    public const string RunName = "run";

    /// <summary>How many updates a whole run makes.</summary>
    public const int Updates = 3;

    private static readonly string[] Families = ["qwen2", "qwen3"];

    /// <summary>Each family with and without staleness, on one and on two replicas.</summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        .. from family in Families
        from staleness in new[] { 1, 0 }
        from replicas in new[] { 1, 2 }
        select new Variant(family, staleness, replicas),
    ];

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Family}-s{Staleness}-r{Replicas}");

    public override string ToString() => Name;

    /// <summary>The <c>config.json</c> of its model, of a few thousand parameters.</summary>
    public string ModelConfig() =>
        $$"""
            {
              "architectures": ["{{(Family == "qwen3" ? "Qwen3" : "Qwen2")}}ForCausalLM"],
              "model_type": "{{Family}}",
              "vocab_size": 448,
              "hidden_size": 16,
              "intermediate_size": 32,
              "num_hidden_layers": 1,
              "num_attention_heads": 2,
              "num_key_value_heads": 1,{{(Family == "qwen3" ? " \"head_dim\": 8," : "")}}
              "max_position_embeddings": 256,
              "rope_theta": 10000.0,
              "rms_norm_eps": 1e-06,
              "tie_word_embeddings": true,
              "hidden_act": "silu",
              "bos_token_id": 445,
              "eos_token_id": 447
            }
            """;

    /// <summary>Its pipeline file. Staleness 0 saves every other update, so that a run goes on from one that was made again.</summary>
    /// <param name="files">Where model, questions and reward lie.</param>
    public string Pipeline(VariantFiles files)
    {
        string devices = JsonSerializer.Serialize(Enumerable.Repeat("cpu", Replicas));
        return $$"""
            {
              "run": { "name": "{{RunName}}", "seed": 5, "updates": {{Updates}} },
              "model": {
                "path": {{Json(files.Model)}}, "tokenizerPath": {{Json(files.Tokenizer)}}, "randomInitialization": true, "threads": 1
              },
              "data": { "train": { "path": {{Json(files.Train)}} }, "test": { "path": {{Json(files.Test)}} } },
              "prompt": { "template": "custom", "system": "Answer." },
              "rollout": { "group": 4, "maxNewTokens": 8, "questionsPerCall": 2, "devices": {{devices}} },
              "reward": {
                "parts": [
                  { "name": "accuracy" },
                  { "name": "letters", "assembly": {{Json(files.Reward)}}, "type": "SampleRewards.Letters" }
                ]
              },
              "prune": { "keep": 2 },
              "update": {
                "questionsPerDevice": 1, "learningRate": 1e-2, "microBatchTokens": 256,
                "maxStaleness": {{Staleness}}, "devices": {{devices}}
              },
              "evaluation": { "before": true, "after": true, "every": 2 },
              "checkpoint": { "every": {{(Staleness == 0 ? 2 : 1)}}, "keepLast": 2 }
            }
            """;
    }

    private static string Json(string text) => JsonSerializer.Serialize(text);
}

/// <summary>Where the files lie that a pipeline file names.</summary>
internal sealed record VariantFiles(string Model, string Tokenizer, string Train, string Test, string Reward);
