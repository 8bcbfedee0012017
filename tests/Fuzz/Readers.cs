using System.Text;
using Cppo.Model.Adapters;
using Cppo.Model.Files;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Scoring;

namespace Cppo.Fuzz;

/// <summary>Every reader of the program that takes what others made, with its sound files.</summary>
internal static class Readers
{
    private const string Text = "Two apples <think> and 17 \u00e9\u0338 </think><|im_end|>\n";

    public static List<FuzzReader> All(FuzzFolder folder) =>
        [
            Weights(folder),
            Index(folder),
            Config(folder),
            Tokenizer(folder),
            Vocabulary(folder),
            Generation(folder),
            AdapterConfig(folder),
            AdapterWeights(folder),
            Parquet(folder),
            Csv(folder),
            JsonLines(folder),
            JsonArray(folder),
            ParquetChats(folder),
            Pipeline(folder),
            RewardBody(),
        ];

    private static FuzzReader Weights(FuzzFolder folder)
    {
        string directory = Seeds.Model(folder, "safetensors");
        FuzzInput[] seeds = [.. new[] { WeightType.F32, WeightType.BF16, WeightType.F16 }.Select(Seeds.Weights)];
        var mutators = seeds.ToDictionary(seed => seed, seed => new SafetensorsMutator(seed.Bytes));
        return new("safetensors", seeds, (draws, seed) => mutators[seed].Mutate(draws), input => ReadModel(directory, input));
    }

    private static FuzzReader Index(FuzzFolder folder)
    {
        string directory = Seeds.Model(folder, "index", shardBytes: 2000);
        return Json("index", [Seeds.Of(directory, "model.safetensors.index.json")], input => ReadModel(directory, input));
    }

    private static FuzzReader Config(FuzzFolder folder)
    {
        string directory = Seeds.Model(folder, "config");
        FuzzInput[] seeds =
        [
            Seeds.Of(directory, "config.json"),
            .. Seeds.Files("data/base-model/config.json", "config.json"),
            .. Seeds.Files("tests/golden/*/*/config.json", "config.json"),
        ];
        return Json(
            "config",
            seeds,
            input =>
            {
                Write(directory, input);
                HfConfigFile.Read(Path.Combine(directory, input.FileName));
                EndTokens.ReadStops(directory, _ => null);
                EndTokens.ReadBegin(directory, _ => null);
                // Sound files of other models fit no weights here, which is no fault of theirs.
                if (!seeds.Skip(1).Contains(input))
                {
                    HfModelDirectory.Open(directory).Dispose();
                }
            }
        );
    }

    private static FuzzReader Tokenizer(FuzzFolder folder)
    {
        string directory = Seeds.Model(folder, "tokenizer");
        return Json("tokenizer", [Seeds.Of(directory, "tokenizer.json"), .. Seeds.Tokenizers()], input => ReadTokenizer(directory, input));
    }

    private static FuzzReader Vocabulary(FuzzFolder folder)
    {
        string directory = Seeds.Model(folder, "vocabulary");
        File.Delete(Path.Combine(directory, "tokenizer.json"));
        FuzzInput[] seeds =
        [
            Seeds.Of(directory, "vocab.json"),
            Seeds.Of(directory, "merges.txt"),
            Seeds.Of(directory, "tokenizer_config.json"),
        ];
        var json = seeds.Where(seed => seed.FileName != "merges.txt").ToDictionary(seed => seed, seed => new JsonMutator(seed.Bytes));
        return new(
            "vocabulary",
            seeds,
            (draws, seed) => json.TryGetValue(seed, out var mutator) ? mutator.Mutate(draws) : TextMutator.Mutate(draws, seed.Bytes, ' '),
            input =>
            {
                foreach (var sound in seeds.Where(seed => seed.FileName != input.FileName))
                {
                    Write(directory, sound);
                }

                ReadTokenizer(directory, input);
            }
        );
    }

    private static FuzzReader Generation(FuzzFolder folder)
    {
        string directory = Seeds.Model(folder, "generation");
        return Json(
            "generation",
            [Seeds.Of(directory, "generation_config.json"), .. Seeds.Generations()],
            input =>
            {
                Write(directory, input);
                GenerationConfigFile.Read(directory);
                EndTokens.ReadStops(directory, _ => null);
            }
        );
    }

    private static FuzzReader AdapterConfig(FuzzFolder folder)
    {
        string directory = Seeds.Adapter(folder, "adapter");
        return Json("adapter", [Seeds.Of(directory, AdapterDirectory.ConfigFileName)], input => ReadAdapter(directory, input));
    }

    private static FuzzReader AdapterWeights(FuzzFolder folder)
    {
        string directory = Seeds.Adapter(folder, "lora");
        var seed = Seeds.Of(directory, AdapterDirectory.WeightsFileName);
        var mutator = new SafetensorsMutator(seed.Bytes);
        return new("lora", [seed], (draws, _) => mutator.Mutate(draws), input => ReadAdapter(directory, input));
    }

    private static FuzzReader Parquet(FuzzFolder folder)
    {
        string directory = folder.Make("parquet");
        return new(
            "parquet",
            Seeds.Parquet(),
            (draws, seed) => ParquetMutator.Mutate(draws, seed.Bytes),
            input =>
            {
                string path = Write(directory, input);
                var file = CompletionRows.Open(path, [("completion", "--completion-column")], _ => { }, default);
                foreach (var row in file.Rows(default))
                {
                    row.Parse();
                }
            }
        );
    }

    private static FuzzReader Csv(FuzzFolder folder)
    {
        string directory = folder.Make("csv");
        FuzzInput[] seeds =
        [
            new("train.csv", "question,answer\n\"He said \"\"two\"\", then\nthree\",5\nHow many?,\"1,000\"\n\u00e9,2\n"u8.ToArray()),
            .. Seeds.Heads("data/*.csv", "train.csv", lines: 12),
        ];
        return new(
            "csv",
            seeds,
            (draws, seed) => TextMutator.Mutate(draws, seed.Bytes, ','),
            input => ReadQuestions(Write(directory, input))
        );
    }

    private static FuzzReader JsonLines(FuzzFolder folder)
    {
        string directory = folder.Make("jsonl");
        FuzzInput[] seeds = [Seeds.JsonLines(), .. Seeds.Heads("tests/golden/rewards/*.jsonl", "rows.jsonl", lines: 4)];
        var mutators = seeds.ToDictionary(
            seed => seed,
            seed =>
                Encoding
                    .UTF8.GetString(seed.Bytes)
                    .TrimEnd('\n')
                    .Split('\n')
                    .Select(line => new JsonMutator(Encoding.UTF8.GetBytes(line)))
                    .ToArray()
        );
        return new(
            "jsonl",
            seeds,
            (draws, seed) => TextMutator.MutateJsonLines(draws, seed.Bytes, mutators[seed]),
            input =>
            {
                string path = Write(directory, input);
                var rows = CompletionRows.Open(path, [], _ => { }, default);
                rows.Columns(default);
                foreach (var row in rows.Rows(default))
                {
                    row.Parse();
                }

                if (Encoding.UTF8.GetString(input.Bytes).Contains("question", StringComparison.Ordinal))
                {
                    ReadQuestions(path);
                }
            }
        );
    }

    private static FuzzReader JsonArray(FuzzFolder folder)
    {
        string directory = folder.Make("array");
        var mutator = new JsonMutator(Seeds.Chats.Bytes);
        return new(
            "array",
            [Seeds.Chats],
            (draws, seed) => draws.Chance(0.5) ? mutator.Mutate(draws) : TextMutator.Mutate(draws, seed.Bytes, ','),
            input => ReadQuestions(Write(directory, input), "prompt")
        );
    }

    private static FuzzReader ParquetChats(FuzzFolder folder)
    {
        string directory = folder.Make("chats");
        FuzzInput[] seeds = [.. Seeds.Files("tests/golden/chats/*.parquet", "chats.parquet")];
        return new(
            "chats",
            seeds,
            (draws, seed) => ParquetMutator.Mutate(draws, seed.Bytes),
            input => ReadQuestions(Write(directory, input), "prompt")
        );
    }

    private static FuzzReader Pipeline(FuzzFolder folder)
    {
        string directory = folder.Make("pipeline");
        FuzzInput[] seeds = [.. Seeds.Files("pipeline.json", "pipeline.json"), .. Seeds.Files("recipes/*.json", "pipeline.json")];
        return Json("pipeline", seeds, input => ConfigLoader.Load(Write(directory, input), []));
    }

    private static FuzzReader RewardBody() =>
        Json(
            "reward",
            [
                new("body.json", """{ "rewards": [1.0, 0, -0.5], "reasons": ["right", null, "caf\u00e9"] }"""u8.ToArray()),
                new("body.json", """{ "rewards": [1, 2, 3] }"""u8.ToArray()),
            ],
            input =>
            {
                var attempt = RewardAnswer.Parse(input.Bytes, numItems: 3, Excerpt.OfName);
                if (attempt.Scores is null)
                {
                    throw new RefusedException($"{input.FileName}: {attempt.Fault}");
                }
            }
        );

    private static FuzzReader Json(string name, FuzzInput[] seeds, Action<FuzzInput> read)
    {
        var mutators = seeds.ToDictionary(seed => seed, seed => new JsonMutator(seed.Bytes));
        return new(name, seeds, (draws, seed) => mutators[seed].Mutate(draws), read);
    }

    private static string Write(string directory, FuzzInput input)
    {
        string path = Path.Combine(directory, input.FileName);
        File.WriteAllBytes(path, input.Bytes);
        return path;
    }

    private static void ReadModel(string directory, FuzzInput input)
    {
        Write(directory, input);
        using var model = HfModelDirectory.Open(directory);
        foreach (var weight in model.ReadAll())
        {
            GC.KeepAlive(weight);
        }
    }

    private static void ReadAdapter(string directory, FuzzInput input)
    {
        Write(directory, input);
        GC.KeepAlive(AdapterDirectory.Open(directory).Read(Seeds.Architecture));
    }

    private static void ReadTokenizer(string directory, FuzzInput input)
    {
        Write(directory, input);
        var tokenizer = ByteLevelTokenizer.Load(directory);
        int[] ids = tokenizer.Encode(Text);
        tokenizer.Decode(ids);
        GC.KeepAlive(tokenizer.StopTokenIds);
        GC.KeepAlive(tokenizer.ChatTemplate);
    }

    private static void ReadQuestions(string path, string column = "question") =>
        QuestionReader.ReadAsync(new DatasetConfig { Path = path, QuestionColumn = column }, default).GetAwaiter().GetResult();
}
