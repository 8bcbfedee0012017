using Cppo.Model.Gguf;
using Cppo.Model.Tests.Tokenizer;
using Cppo.Model.Weights;

namespace Cppo.Export.Tests;

/// <summary>What stands in a file, as a reader of the specification finds it.</summary>
public sealed class GgufFileTests : IDisposable
{
    private readonly ExportFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("f32", 0u)]
    [InlineData("f16", 1u)]
    [InlineData("bf16", 30u)]
    [InlineData("q8_0", 8u)]
    public void Tensors_lie_one_after_the_other_at_multiples_of_the_alignment(string type, uint code)
    {
        var file = new GgufReader(folder.Gguf(folder.Model("model", ExportFolder.Small()), GgufTypes.Named(type)));
        Assert.Equal(3u, file.Version);
        ulong offset = 0;
        foreach (var tensor in file.Tensors.Values)
        {
            Assert.Equal(offset, tensor.Offset);
            Assert.Equal(tensor.Sizes.Length == 1 ? 0u : code, tensor.Type);
            offset += (ulong)((tensor.Bytes + 31) / 32 * 32);
        }

        Assert.Equal((long)offset, file.DataBytes);
    }

    [Fact]
    public void The_architecture_and_its_names_are_llama_cpps()
    {
        var config = ExportFolder.Small() with { HeadSize = 32, RopeTheta = 5e5, RmsNormEpsilon = 1e-5, TieWordEmbeddings = false };
        var file = new GgufReader(folder.Gguf(folder.Model("tuned", config), GgufType.Q8));
        (string Key, object Value)[] expected =
        [
            ("general.architecture", "qwen2"),
            ("general.name", "tuned"),
            ("general.file_type", 7u),
            ("qwen2.block_count", 2u),
            ("qwen2.context_length", 256u),
            ("qwen2.embedding_length", 64u),
            ("qwen2.feed_forward_length", 96u),
            ("qwen2.attention.head_count", 4u),
            ("qwen2.attention.head_count_kv", 2u),
            ("qwen2.attention.key_length", 32u),
            ("qwen2.attention.value_length", 32u),
            ("qwen2.rope.dimension_count", 32u),
            ("qwen2.rope.freq_base", 5e5f),
            ("qwen2.attention.layer_norm_rms_epsilon", 1e-5f),
        ];
        Assert.All(expected, pair => Assert.Equal(pair.Value, file.Keys[pair.Key]));
        string[] ofLayer =
        [
            "attn_norm.weight",
            "attn_q.weight",
            "attn_q.bias",
            "attn_k.weight",
            "attn_k.bias",
            "attn_v.weight",
            "attn_v.bias",
            "attn_output.weight",
            "ffn_norm.weight",
            "ffn_gate.weight",
            "ffn_up.weight",
            "ffn_down.weight",
        ];
        Assert.Equal(
            [
                "token_embd.weight",
                .. ofLayer.Select(name => $"blk.0.{name}"),
                .. ofLayer.Select(name => $"blk.1.{name}"),
                "output_norm.weight",
                "output.weight",
            ],
            file.Tensors.Keys
        );
        Assert.Equal([64ul, 128ul], file.Tensors["blk.0.attn_q.weight"].Sizes);
        Assert.DoesNotContain("output.weight", new GgufReader(folder.Gguf(folder.Model("tied", ExportFolder.Small()))).Tensors.Keys);
    }

    [Fact]
    public void Numbers_come_back_as_the_type_rounds_them()
    {
        string model = folder.Model("model", ExportFolder.Small());
        float[] values = ExportFolder.Weight(model, "model.layers.1.mlp.up_proj.weight").Values;
        float[] Read(GgufType type) => new GgufReader(folder.Gguf(model, type)).Values("blk.1.ffn_up.weight");

        Assert.Equal(values, Read(GgufType.F32));
        Assert.Equal(values.Select(value => (float)(Half)value), Read(GgufType.F16));
        Assert.All(
            values.Zip(Read(GgufType.BF16)),
            pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Math.Abs(pair.First) / 256)
        );
        float[] blocks = Read(GgufType.Q8);
        for (int i = 0; i < values.Length; i++)
        {
            // Half a step of the block, and what the scale's 16 bits round.
            float largest = values.Skip(i / 32 * 32).Take(32).Max(Math.Abs);
            Assert.InRange(Math.Abs(values[i] - blocks[i]), 0, (largest / 127 / 2) + (largest / 2048));
        }

        Assert.Equal(
            ExportFolder.Weight(model, "model.norm.weight").Values,
            new GgufReader(folder.Gguf(model, GgufType.Q8)).Values("output_norm.weight")
        );
    }

    [Fact]
    public void Rows_that_blocks_do_not_fill_have_16_bits()
    {
        var file = new GgufReader(folder.Gguf(folder.Model("model", ExportFolder.Small() with { IntermediateSize = 80 }), GgufType.Q8));
        Assert.Equal(1u, file.Tensors["blk.0.ffn_down.weight"].Type);
        Assert.Equal(8u, file.Tensors["blk.0.ffn_up.weight"].Type);
    }

    [Fact]
    public void Of_a_llama_the_halves_of_a_head_are_interleaved()
    {
        var config = ExportFolder.Small(family: ExportFolder.Family("llama")) with { QkvBias = true, OutputBias = true, MlpBias = true };
        string model = folder.Model("model", config);
        var file = new GgufReader(folder.Gguf(model));
        foreach (var (ours, theirs, heads) in (List<(string, string, int)>)[("q_proj", "attn_q", 4), ("k_proj", "attn_k", 2)])
        {
            Assert.Equal(
                Interleaved(ExportFolder.Weight(model, $"model.layers.0.self_attn.{ours}.weight").Values, heads, 64),
                file.Values($"blk.0.{theirs}.weight")
            );
            Assert.Equal(
                Interleaved(ExportFolder.Weight(model, $"model.layers.0.self_attn.{ours}.bias").Values, heads, 1),
                file.Values($"blk.0.{theirs}.bias")
            );
        }

        Assert.Equal(ExportFolder.Weight(model, "model.layers.0.self_attn.v_proj.weight").Values, file.Values("blk.0.attn_v.weight"));
        Assert.Equal([64ul], file.Tensors["blk.1.attn_output.bias"].Sizes);
        Assert.Equal([96ul], file.Tensors["blk.1.ffn_up.bias"].Sizes);
    }

    [Fact]
    public void The_tokens_have_their_kinds_and_those_that_the_tokenizer_lacks_are_unused()
    {
        int known = SmallTokenizer.File.VocabSize;
        var file = new GgufReader(folder.Gguf(folder.Model("model", ExportFolder.Small(known + 2))));
        string[] tokens = [.. ((object[])file.Keys["tokenizer.ggml.tokens"]).Cast<string>()];
        int[] types = [.. ((object[])file.Keys["tokenizer.ggml.token_type"]).Cast<int>()];
        Assert.Equal(known + 2, tokens.Length);
        Assert.Equal(tokens.Length, tokens.Distinct().Count());
        Assert.Equal([$"[PAD{known}]", $"[PAD{known + 1}]"], tokens[known..]);
        Assert.Equal([5, 5], types[known..]);
        Assert.All(SmallTokenizer.File.AddedTokens, token => Assert.Equal((token.Content, 3), (tokens[token.Id], types[token.Id])));
        Assert.All(SmallTokenizer.File.Vocabulary, pair => Assert.Equal((pair.Key, 1), (tokens[pair.Value], types[pair.Value])));
        Assert.Equal(
            SmallTokenizer.File.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
            ((object[])file.Keys["tokenizer.ggml.merges"]).Cast<string>()
        );
        Assert.Equal("qwen2", file.Keys["tokenizer.ggml.pre"]);
        Assert.Equal(false, file.Keys["tokenizer.ggml.add_bos_token"]);
    }

    [Fact]
    public void Whatever_the_size_of_a_model_some_megabytes_are_held()
    {
        // An embedding of 100 MB and a file as large.
        string model = folder.Model("model", ExportFolder.Small(400_000));
        string file = folder.Path("model.gguf");
        using var weights = HfModelDirectory.Open(model);
        var gguf = GgufModel.Prepare(
            new GgufSource
            {
                Weights = weights,
                Tokenizer = Cppo.Model.Tokenizer.ByteLevelTokenizer.Load(model),
                TokenizerDirectory = model,
                Name = "model",
            },
            GgufType.Q8
        );
        long before = GC.GetAllocatedBytesForCurrentThread();
        using (var stream = File.Create(file))
        {
            gguf.Write(stream);
        }

        // Two buffers and the texts of 400,000 tokens.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 60L << 20);
        Assert.InRange(new FileInfo(file).Length, 25_600_000, 45_000_000);
    }

    /// <summary>A head's rows as [2, half] become [half, 2].</summary>
    private static float[] Interleaved(float[] rows, int heads, int width)
    {
        int headSize = rows.Length / width / heads;
        var result = new List<float>();
        for (int head = 0; head < heads; head++)
        {
            for (int pair = 0; pair < headSize / 2; pair++)
            {
                for (int half = 0; half < 2; half++)
                {
                    int row = (head * headSize) + (half * headSize / 2) + pair;
                    result.AddRange(rows.AsSpan(row * width, width).ToArray());
                }
            }
        }

        return [.. result];
    }
}
