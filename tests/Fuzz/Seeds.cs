using System.Text;
using System.Text.Json.Nodes;
using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Parquet;
using Parquet.Schema;

namespace Cppo.Fuzz;

/// <summary>Sound files that inputs are made of: small ones of the repository, and those that the program writes.</summary>
internal static class Seeds
{
    private static readonly TokenizerFile Trained = BpeTrainer.Train(
        ["two apples and two pears", "<think> 3 + 4 = 7 </think> <answer> 7 </answer>"],
        270
    );

    public static readonly DecoderConfig Architecture = new()
    {
        VocabSize = Trained.VocabSize,
        HiddenSize = 8,
        IntermediateSize = 12,
        NumLayers = 1,
        NumHeads = 2,
        NumKeyValueHeads = 1,
        MaxPositions = 64,
        TieWordEmbeddings = true,
    };

    /// <summary>A model's directory with all of its files.</summary>
    public static string Model(FuzzFolder folder, string name, long shardBytes = 4L << 30)
    {
        string directory = folder.Make(name);
        TokenizerWriter.Write(directory, Trained, ChatMlTemplate.Qwen25, Architecture.MaxPositions);
        HfModelDirectory.Write(directory, Architecture, RandomWeights.Create(Architecture, seed: 5), WeightType.F32, shardBytes);
        GenerationConfigFile.State(directory, [Trained.VocabSize - 1], new GenerationDefaults(0.7, 64));
        return directory;
    }

    /// <summary>An adapter's directory on that model.</summary>
    public static string Adapter(FuzzFolder folder, string name)
    {
        string directory = folder.Make(name);
        var baseModel = new AdapterBase("base", randomSeed: 5, hash: "00112233445566778899aabbccddeeff");
        var adapter = Cppo.Model.Adapters.Adapter.New(Architecture, new AdapterSettings(2, 4, ["q_proj", "down_proj"]), baseModel, seed: 5);
        AdapterDirectory.Write(directory, adapter, adapter.Arrays);
        return directory;
    }

    public static FuzzInput Weights(WeightType type)
    {
        string directory = Directory.CreateTempSubdirectory("cppo-seed-").FullName;
        HfModelDirectory.WriteWeights(directory, RandomWeights.Create(Architecture, seed: 5), type);
        var seed = Of(directory, HfModelDirectory.SingleFileName);
        Directory.Delete(directory, recursive: true);
        return seed;
    }

    public static FuzzInput Of(string directory, string name) => new(name, File.ReadAllBytes(Path.Combine(directory, name)));

    /// <summary>Files of the repository, by a pattern of its path, under the name that the reader wants.</summary>
    public static IEnumerable<FuzzInput> Files(string pattern, string name) =>
        Matches(pattern).Select(path => new FuzzInput(name, File.ReadAllBytes(path)));

    /// <summary>The first lines of files of the repository.</summary>
    public static IEnumerable<FuzzInput> Heads(string pattern, string name, int lines) =>
        Matches(pattern)
            .Select(path => new FuzzInput(name, Encoding.UTF8.GetBytes(string.Join('\n', File.ReadLines(path).Take(lines)) + "\n")));

    /// <summary>The trained tokenizer with the pre-tokenizers and the post-processor of other families.</summary>
    public static IEnumerable<FuzzInput> Tokenizers()
    {
        string[] changes =
        [
            """
                { "pre_tokenizer": { "type": "Sequence", "pretokenizers": [ { "type": "Digits", "individual_digits": true },
                  { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true } ] }, "normalizer": null }
                """,
            """
                { "post_processor": { "type": "TemplateProcessing", "single": [ { "SpecialToken": { "id": "<|endoftext|>", "type_id": 0 } },
                  { "Sequence": { "id": "A", "type_id": 0 } } ], "special_tokens": { "<|endoftext|>": { "id": "<|endoftext|>", "ids": [ 0 ],
                  "tokens": [ "<|endoftext|>" ] } } } }
                """,
        ];
        using var folder = new TemporaryModel();
        byte[] sound = File.ReadAllBytes(Path.Combine(folder.Path, "tokenizer.json"));
        foreach (string change in changes)
        {
            var json = JsonNode.Parse(sound)!.AsObject();
            foreach (var (key, value) in JsonNode.Parse(change)!.AsObject())
            {
                json[key] = value?.DeepClone();
            }

            yield return new("tokenizer.json", Encoding.UTF8.GetBytes(json.ToJsonString()));
        }
    }

    public static FuzzInput[] Generations() =>
        [
            new(
                "generation_config.json",
                """
                { "bos_token_id": 1, "do_sample": true, "eos_token_id": [2, 3], "temperature": 0.6, "top_p": 0.9,
                  "transformers_version": "4.40.0" }
                """u8.ToArray()
            ),
            new("generation_config.json", """{ "do_sample": false, "max_new_tokens": 2048, "eos_token_id": 7 }"""u8.ToArray()),
        ];

    public static FuzzInput JsonLines() =>
        new(
            "rows.jsonl",
            Encoding.UTF8.GetBytes(
                """
                {"question": "How many?", "answer": "4", "completion": "<think>2+2</think>\n<answer>4</answer>", "num_tokens": 9}
                {"question": "caf\u00e9?", "answer": 1.50, "completion": "x", "tags": [1, {"a": null}], "flag": true}
                {"question": "Why?", "answer": "#### 7", "completion": "7", "extra": {"deep": [[]]}}

                """
            )
        );

    public static FuzzInput Chats { get; } =
        new(
            "chats.json",
            """
            [ {"prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How \"many\"?"}], "answer": "4"},
              {"prompt": [{"role": "user", "content": [{"type": "text", "text": "caf\u00e9?"}]}], "answer": 1.50, "tags": [1, {"a": null}]},
              {"prompt": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}],
                "answer": "#### 7"}, {"prompt": "plain", "answer": 3} ]
            """u8.ToArray()
        );

    /// <summary>Completions in each compression that is read, with numbers as deltas and texts in a dictionary.</summary>
    public static FuzzInput[] Parquet() =>
        [
            .. new[]
            {
                CompressionMethod.None,
                CompressionMethod.Snappy,
                CompressionMethod.Gzip,
                CompressionMethod.Brotli,
                CompressionMethod.Zstd,
                CompressionMethod.Lz4Raw,
            }.Select(compression => new FuzzInput("in.parquet", ParquetAsync(compression).GetAwaiter().GetResult())),
        ];

    private static async Task<byte[]> ParquetAsync(CompressionMethod compression)
    {
        DataField<string> completion = new("completion", nullable: true),
            tag = new("tag", nullable: false);
        DataField<int> tokens = new("num_tokens", nullable: false);
        DataField<double> reward = new("reward", nullable: true);
        var options = new ParquetOptions { CompressionMethod = compression };
        options.ColumnEncodingHints["tag"] = EncodingHint.Dictionary;
        options.ColumnEncodingHints["num_tokens"] = EncodingHint.DeltaBinaryPacked;
        using var output = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(completion, tag, tokens, reward), output, options))
        {
            foreach (int[] rows in Enumerable.Range(0, 60).Chunk(40))
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync(completion, rows.Select(row => row % 5 == 4 ? null : $"<answer>{row}</answer>").ToArray());
                await group.WriteAsync(tag, rows.Select(row => $"tag {row % 3}").ToArray());
                await group.WriteAsync<int>(tokens, rows.Select(row => row * row).ToArray().AsMemory());
                await group.WriteAsync<double>(reward, rows.Select(row => row % 7 == 6 ? (double?)null : row / 8.0).ToArray().AsMemory());
            }
        }

        return output.ToArray();
    }

    private static string[] Matches(string pattern)
    {
        string[] found = [FuzzFolder.Repository("")];
        string[] parts = pattern.Split('/');
        for (int i = 0; i < parts.Length; i++)
        {
            string part = parts[i];
            bool isLast = i == parts.Length - 1;
            found =
            [
                .. found
                    .SelectMany(directory => isLast ? Directory.GetFiles(directory, part) : Directory.GetDirectories(directory, part))
                    .Order(StringComparer.Ordinal),
            ];
        }

        return found;
    }

    private sealed class TemporaryModel : IDisposable
    {
        public TemporaryModel() => TokenizerWriter.Write(Path, Trained, ChatMlTemplate.Qwen25, Architecture.MaxPositions);

        public string Path { get; } = Directory.CreateTempSubdirectory("cppo-seed-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
