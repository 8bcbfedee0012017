// Letters: V vocabulary, D hidden, E all heads of query, key and value, C width of a head, F inner layer of the MLP.
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Threads;

namespace Cppo.Model.Managed.Parameters;

/// <summary>One layer's weights as rollouts read them.</summary>
internal readonly struct RolloutLayer
{
    /// <summary>Norms and biases in fp32; in place of the matrices there are those below.</summary>
    internal LayerWeights Vectors { get; init; }

    internal RightFactor Qkv { get; init; }

    internal RightFactor Output { get; init; }

    internal RightFactor GateUp { get; init; }

    internal RightFactor Down { get; init; }
}

/// <summary>
/// The weights that rollouts read: in fp32 those of the forward themselves, otherwise a copy of them in a smaller precision that is filled
/// anew for the next policy version, in place. Norms and biases are fp32. Embeddings are read from the head where the two are tied.
/// </summary>
internal sealed unsafe class RolloutWeights : IDisposable
{
    private const int PanelsPerTask = 8;
    private const int PerLayer = 4;

    private readonly AlignedBuffer? memory;
    private readonly AlignedBuffer? vectors;
    private readonly ForwardWeights? source;
    private readonly RightFactor[] factors;
    private readonly RolloutLayer[] layers;
    private readonly List<(int Factor, int FirstPanel)> tasks = [];

    /// <summary>The fp32 weights, not copied; who uses this keeps them alive.</summary>
    internal RolloutWeights(ForwardWeights source)
    {
        (this.source, Shape) = (source, source.Shape);
        FinalNorm = source.FinalNorm;
        factors = [RightFactor.Of(source.Head)];
        layers = [.. Enumerable.Range(0, Shape.Config.NumLayers).Select(layer => Layer(source, layer))];
    }

    /// <summary>Makes room for a copy; <see cref="Pack"/> fills it.</summary>
    internal RolloutWeights(ModelShape shape, WeightPrecision precision)
    {
        (Shape, Precision) = (shape, precision);
        var shapes = Shapes(shape).ToArray();
        memory = new AlignedBuffer((nint)(shapes.Sum(matrix => Bytes(precision, matrix)) / sizeof(float)));
        vectors = new AlignedBuffer((shape.Config.NumLayers * VectorFloats(shape)) + shape.Hidden);
        FinalNorm = vectors.Pointer;
        layers = new RolloutLayer[shape.Config.NumLayers];
        factors = new RightFactor[shapes.Length];
        byte* at = (byte*)memory.Pointer;
        for (int i = 0; i < shapes.Length; i++)
        {
            factors[i] = new RightFactor(precision, at, shapes[i].Rows, shapes[i].Columns);
            at += Bytes(precision, shapes[i]);
            for (int panel = 0; panel < factors[i].NumPanels; panel += PanelsPerTask)
            {
                tasks.Add((i, panel));
            }
        }
    }

    internal ModelShape Shape { get; }

    internal WeightPrecision Precision { get; }

    /// <summary>The hidden state times this gives logits.</summary>
    internal RightFactor Head => factors[source is null ? layers.Length * PerLayer : 0];

    internal float* FinalNorm { get; }

    /// <summary>Bytes of a copy in a precision; fp32 has none.</summary>
    internal static long Bytes(ModelShape shape, WeightPrecision precision) =>
        precision == WeightPrecision.Float32
            ? 0
            : Shapes(shape).Sum(matrix => Bytes(precision, matrix))
                + (sizeof(float) * (((long)shape.Config.NumLayers * VectorFloats(shape)) + shape.Hidden));

    internal RolloutLayer Layer(int layer) => layers[layer];

    /// <summary>Copies the embedding's row [D] of a token.</summary>
    internal void Embed(int token, float* into)
    {
        if (source is null)
        {
            factors[^1].Column(token, into);
        }
        else
        {
            source.Embed(token, into);
        }
    }

    /// <summary>Fills the copy from the weights of a policy version.</summary>
    internal void Pack(ForwardWeights from, Team team)
    {
        team.Run(
            tasks.Count,
            (task, _) =>
            {
                var (factor, first) = tasks[task];
                int end = Math.Min(first + PanelsPerTask, factors[factor].NumPanels);
                if (factor > layers.Length * PerLayer)
                {
                    PackEmbedding(from, factors[factor], first, end);
                }
                else
                {
                    factors[factor].Pack(Matrix(from, factor), first, end);
                }
            }
        );
        float* at = vectors!.Pointer;
        Keep(from.FinalNorm, Shape.Hidden, ref at);
        for (int layer = 0; layer < layers.Length; layer++)
        {
            layers[layer] = new RolloutLayer
            {
                Vectors = KeepVectors(from.Layer(layer), ref at),
                Qkv = factors[layer * PerLayer],
                Output = factors[(layer * PerLayer) + 1],
                GateUp = factors[(layer * PerLayer) + 2],
                Down = factors[(layer * PerLayer) + 3],
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        memory?.Dispose();
        vectors?.Dispose();
    }

    /// <summary>The matrices of all layers, the head and, where it is not the head, the embedding.</summary>
    private static IEnumerable<(int Rows, int Columns)> Shapes(ModelShape shape) =>
        Enumerable
            .Repeat<(int, int)[]>(
                [(shape.Hidden, shape.Qkv), (shape.Queries, shape.Hidden), (shape.Hidden, 2 * shape.Inner), (shape.Inner, shape.Hidden)],
                shape.Config.NumLayers
            )
            .SelectMany(layer => layer)
            .Concat(Enumerable.Repeat((shape.Hidden, shape.Vocabulary), shape.Config.TieWordEmbeddings ? 1 : 2));

    /// <summary>In whole lines of the caches.</summary>
    private static long Bytes(WeightPrecision precision, (int Rows, int Columns) matrix) =>
        (RightFactor.Bytes(precision, matrix.Rows, matrix.Columns) + 63) / 64 * 64;

    /// <summary>Of a layer's norms and biases, whichever the architecture has.</summary>
    private static nint VectorFloats(ModelShape shape) =>
        (4 * (nint)shape.Hidden) + shape.Qkv + (2 * shape.Heads.Width) + (2 * shape.Inner);

    private static RolloutLayer Layer(ForwardWeights source, int layer)
    {
        var weights = source.Layer(layer);
        return new RolloutLayer
        {
            Vectors = weights,
            Qkv = RightFactor.Of(weights.Qkv),
            Output = RightFactor.Of(weights.Output),
            GateUp = RightFactor.Of(weights.GateUp),
            Down = RightFactor.Of(weights.Down),
        };
    }

    private PackedMatrix Matrix(ForwardWeights from, int factor)
    {
        if (factor == layers.Length * PerLayer)
        {
            return from.Head;
        }

        var weights = from.Layer(factor / PerLayer);
        return (factor % PerLayer) switch
        {
            0 => weights.Qkv,
            1 => weights.Output,
            2 => weights.GateUp,
            _ => weights.Down,
        };
    }

    private void PackEmbedding(ForwardWeights from, in RightFactor factor, int first, int end)
    {
        using var rows = new AlignedBuffer((nint)Gemm.PanelWidth * Shape.Hidden);
        for (int panel = first; panel < end; panel++)
        {
            int token = panel * Gemm.PanelWidth,
                count = Math.Min(Gemm.PanelWidth, Shape.Vocabulary - token);
            for (int i = 0; i < count; i++)
            {
                from.Embed(token + i, rows.Pointer + ((nint)i * Shape.Hidden));
            }

            factor.PackOutputs(rows.Pointer, panel);
        }
    }

    private LayerWeights KeepVectors(in LayerWeights of, ref float* at) =>
        of with
        {
            InputNorm = Keep(of.InputNorm, Shape.Hidden, ref at),
            Qkv = default,
            QkvBias = Keep(of.QkvBias, Shape.Qkv, ref at),
            QueryNorm = Keep(of.QueryNorm, Shape.Heads.Width, ref at),
            KeyNorm = Keep(of.KeyNorm, Shape.Heads.Width, ref at),
            Output = default,
            OutputBias = Keep(of.OutputBias, Shape.Hidden, ref at),
            PostAttentionNorm = Keep(of.PostAttentionNorm, Shape.Hidden, ref at),
            GateUp = default,
            GateUpBias = Keep(of.GateUpBias, 2 * Shape.Inner, ref at),
            Down = default,
            DownBias = Keep(of.DownBias, Shape.Hidden, ref at),
        };

    /// <summary>Copies a vector, unless it is null, to where the next one is to lie.</summary>
    private static float* Keep(float* vector, int length, ref float* at)
    {
        if (vector == null)
        {
            return null;
        }

        float* kept = at;
        VectorMath.Copy(vector, kept, length);
        at += length;
        return kept;
    }
}
