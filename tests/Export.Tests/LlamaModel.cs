using System.Text;
using Cppo.Model.Tokenizer;
using LLama;
using LLama.Common;
using LLama.Native;

namespace Cppo.Export.Tests;

/// <summary>A GGUF file in llama.cpp, with keys and values in fp32 unless 16 bits are asked for, as llama.cpp has them by itself.</summary>
internal sealed class LlamaModel : IDisposable
{
    private readonly LLamaWeights weights;
    private readonly Lazy<LLamaContext> context;

    static LlamaModel() => NativeLibraryConfig.All.WithLogCallback((_, _) => { });

    internal LlamaModel(string path, bool halfCache = false, bool vocabularyOnly = false)
    {
        var cache = halfCache ? GGMLType.GGML_TYPE_F16 : GGMLType.GGML_TYPE_F32;
        var parameters = new ModelParams(path)
        {
            ContextSize = 1024,
            BatchSize = 1024,
            UBatchSize = 1024,
            GpuLayerCount = 0,
            Threads = 1,
            BatchThreads = 1,
            TypeK = cache,
            TypeV = cache,
            FlashAttention = halfCache,
            VocabOnly = vocabularyOnly,
        };
        weights = LLamaWeights.LoadFromFile(parameters);
        context = new(() => weights.CreateContext(parameters));
    }

    /// <summary>Loads llama.cpp, which its parameter types alone do not.</summary>
    internal static void LoadLibrary() => NativeApi.llama_empty_call();

    internal IReadOnlyDictionary<string, string> Metadata => weights.Metadata;

    internal SafeLlamaModelHandle.Vocabulary Vocabulary => weights.Vocab;

    internal int[] Tokenize(string text, bool addBegin = false) =>
        [.. weights.Tokenize(text, addBegin, special: true, Encoding.UTF8).Select(token => (int)token)];

    internal bool IsEnd(int token) => ((LLamaToken)token).IsEndOfGeneration(weights.Vocab);

    /// <summary>The text of a chat by the file's own template, as llama.cpp's C interface renders it.</summary>
    internal string Apply(params ChatMessage[] messages) => Apply(new LLamaTemplate(weights), messages);

    /// <summary>The same by a template's text.</summary>
    internal static string ApplyText(string jinja, params ChatMessage[] messages) => Apply(new LLamaTemplate(jinja), messages);

    /// <summary>The logits after each token, shape [tokens][vocabulary].</summary>
    internal float[][] Logits(int[] tokens)
    {
        context.Value.NativeHandle.MemoryClear();
        var batch = new LLamaBatch();
        for (int i = 0; i < tokens.Length; i++)
        {
            batch.Add(tokens[i], i, (LLamaSeqId)0, logits: true);
        }

        Decode(batch);
        return [.. tokens.Select((_, i) => context.Value.NativeHandle.GetLogitsIth(i).ToArray())];
    }

    /// <summary>The likeliest token after each, to one of the stops or to a number of them; with the logits of each step.</summary>
    internal (int[] Tokens, float[][] Logits) Greedy(int[] prompt, int mostTokens, IReadOnlyCollection<int> stops)
    {
        float[] last = Logits(prompt)[^1];
        var (tokens, steps) = (new List<int>(), new List<float[]>());
        while (true)
        {
            int next = Array.IndexOf(last, last.Max());
            tokens.Add(next);
            steps.Add(last);
            if (stops.Contains(next) || tokens.Count == mostTokens)
            {
                return ([.. tokens], [.. steps]);
            }

            var batch = new LLamaBatch();
            batch.Add(next, prompt.Length + tokens.Count - 1, (LLamaSeqId)0, logits: true);
            Decode(batch);
            last = context.Value.NativeHandle.GetLogitsIth(0).ToArray();
        }
    }

    public void Dispose()
    {
        if (context.IsValueCreated)
        {
            context.Value.Dispose();
        }

        weights.Dispose();
    }

    private static string Apply(LLamaTemplate template, ChatMessage[] messages)
    {
        template.AddAssistant = true;
        foreach (var (role, content) in messages)
        {
            template.Add(role, content);
        }

        return Encoding.UTF8.GetString(template.Apply());
    }

    private void Decode(LLamaBatch batch) => Assert.Equal(DecodeResult.Ok, context.Value.Decode(batch));
}
