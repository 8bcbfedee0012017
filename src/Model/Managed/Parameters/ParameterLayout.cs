// Letters: V vocabulary, D hidden.
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Weights;

namespace Cppo.Model.Managed.Parameters;

/// <summary>A Hugging Face parameter and where it lies in the array.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="Shape">Row-major dimensions.</param>
/// <param name="Length">Numbers.</param>
/// <param name="Offset">Where it begins, or, with <paramref name="Panels"/>, where its matrix begins.</param>
/// <param name="Panels">Which rows of a matrix in panels it is; null where it lies row by row.</param>
internal sealed record Parameter(string Name, long[] Shape, nint Length, nint Offset, PanelRows? Panels)
{
    /// <summary>From which number of the array to which others some of the parameter's lie, and others of the same panels.</summary>
    internal (long Start, long End) Place(long first, long count)
    {
        if (count == 0 || Panels is not { } panels)
        {
            return (Offset + first, Offset + first + count);
        }

        long panel = (long)Gemm.PanelWidth * panels.Inputs;
        long from = (panels.First + (first / panels.Inputs)) / Gemm.PanelWidth;
        long last = (panels.First + ((first + count - 1) / panels.Inputs)) / Gemm.PanelWidth;
        return (Offset + (from * panel), Offset + ((last + 1) * panel));
    }
}

/// <summary>Rows of a matrix [out, in] whose transpose lies in panels: see <see cref="PackedMatrix"/>.</summary>
/// <param name="First">The parameter's first row in the matrix.</param>
/// <param name="Inputs">Numbers of a row.</param>
internal sealed record PanelRows(int First, int Inputs);

/// <summary>Fills a span with a parameter's numbers from a place on.</summary>
internal delegate void ReadParameter(Parameter parameter, long first, Span<float> into);

/// <summary>A matrix [out, in] of the array: one parameter's rows below another's.</summary>
/// <param name="Offset">Where its panels begin, or its rows where it is an embedding without a tie.</param>
/// <param name="Inputs">Numbers of a row.</param>
/// <param name="Outputs">Rows.</param>
/// <param name="Names">Its parameters in their order.</param>
internal sealed record MatrixPlace(nint Offset, int Inputs, int Outputs, string[] Names);

/// <summary>
/// Where a layer's tensors begin in the array; query, key and value are one matrix, and so are gate and up. Those that the architecture
/// lacks are <see cref="Absent"/>.
/// </summary>
internal readonly record struct LayerOffsets
{
    internal const nint Absent = -1;

    internal required nint InputNorm { get; init; }
    internal required nint Qkv { get; init; }
    internal required nint QkvBias { get; init; }
    internal required nint QueryNorm { get; init; }
    internal required nint KeyNorm { get; init; }
    internal required nint Output { get; init; }
    internal required nint OutputBias { get; init; }
    internal required nint PostAttentionNorm { get; init; }
    internal required nint GateUp { get; init; }
    internal required nint GateUpBias { get; init; }
    internal required nint Down { get; init; }
    internal required nint DownBias { get; init; }
}

/// <summary>
/// All parameters in one array; gradients and moments lie alike, so that the optimizer is one pass. Matrices lie in panels, as products
/// read them on the way forward and back; projections that read the same input are one matrix. The embedding of a tied model is its head's
/// matrix; another's lies row by row, as norms and biases do. What fills up a panel or comes between two tensors is 0 and stays 0. Files
/// and gradients are exchanged under the Hugging Face names.
/// </summary>
internal sealed class ParameterLayout
{
    private static readonly string[][] LayerOrder =
    [
        ["input_layernorm.weight"],
        ["self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight"],
        ["self_attn.q_proj.bias", "self_attn.k_proj.bias", "self_attn.v_proj.bias"],
        ["self_attn.q_norm.weight"],
        ["self_attn.k_norm.weight"],
        ["self_attn.o_proj.weight"],
        ["self_attn.o_proj.bias"],
        ["post_attention_layernorm.weight"],
        ["mlp.gate_proj.weight", "mlp.up_proj.weight"],
        ["mlp.gate_proj.bias", "mlp.up_proj.bias"],
        ["mlp.down_proj.weight"],
        ["mlp.down_proj.bias"],
    ];

    private readonly Dictionary<string, Parameter> placed = [];
    private readonly List<MatrixPlace> matrices = [];
    private readonly Dictionary<string, long[]> shapes;

    internal ParameterLayout(DecoderConfig config)
    {
        var expected = WeightMap.Expected(config);
        shapes = expected.ToDictionary(parameter => parameter.Name, parameter => parameter.Shape);
        IsTied = config.TieWordEmbeddings;
        Place([WeightMap.Embedding], inPanels: IsTied);
        for (int layer = 0; layer < config.NumLayers; layer++)
        {
            foreach (string[] names in LayerOrder)
            {
                string[] present = [.. names.Select(name => WeightMap.Layer(layer, name)).Where(shapes.ContainsKey)];
                Place(present, inPanels: present.Length > 0 && shapes[present[0]].Length == 2);
            }
        }

        Place([WeightMap.FinalNorm], inPanels: false);
        if (!IsTied)
        {
            Place([WeightMap.Head], inPanels: true);
        }

        Parameters = [.. expected.Select(parameter => placed[parameter.Name])];
        Layers =
        [
            .. Enumerable
                .Range(0, config.NumLayers)
                .Select(layer =>
                    Offsets(name =>
                        placed.TryGetValue(WeightMap.Layer(layer, name), out var parameter) ? parameter.Offset : LayerOffsets.Absent
                    )
                ),
        ];
        FinalNorm = placed[WeightMap.FinalNorm].Offset;
        Head = placed[IsTied ? WeightMap.Embedding : WeightMap.Head].Offset;
    }

    /// <summary>In the order of <see cref="WeightMap.Expected"/>.</summary>
    internal IReadOnlyList<Parameter> Parameters { get; }

    internal IReadOnlyList<LayerOffsets> Layers { get; }

    /// <summary>In the order of the array; all else are vectors.</summary>
    internal IReadOnlyList<MatrixPlace> Matrices => matrices;

    /// <summary>
    /// Whether embedding and head are one matrix; else the embedding [V, D] lies row by row from the array's first number on.
    /// </summary>
    internal bool IsTied { get; }

    /// <summary>Where the final norm begins.</summary>
    internal nint FinalNorm { get; }

    /// <summary>Where the embedding begins: the head's matrix where they are tied, else its rows.</summary>
    internal nint Embedding => IsTied ? Head : 0;

    /// <summary>Where the head's matrix begins.</summary>
    internal nint Head { get; }

    /// <summary>Floats of the array.</summary>
    internal nint Length { get; private set; }

    /// <summary>
    /// All parameters under the Hugging Face names, in the order of <see cref="WeightMap.Expected"/>, each read by
    /// <paramref name="get"/>.
    /// </summary>
    /// <param name="get">Reads one.</param>
    /// <param name="needed">Is told before where it is read; null: nobody.</param>
    internal IReadOnlyList<WeightStream> Streams(ReadParameter get, Action<long, long>? needed = null) =>
        [
            .. Parameters.Select(parameter => new WeightStream(
                parameter.Name,
                parameter.Shape,
                (first, into) =>
                {
                    if (needed is not null)
                    {
                        var (start, end) = parameter.Place(first, into.Length);
                        needed(start, end);
                    }

                    get(parameter, first, into);
                }
            )),
        ];

    /// <summary>Parameters that make up one matrix, or one vector, from the next multiple of 64 bytes on.</summary>
    private void Place(string[] names, bool inPanels)
    {
        nint offset = Length;
        int rows = 0;
        if (names.Length > 0 && shapes[names[0]].Length == 2)
        {
            matrices.Add(new MatrixPlace(offset, (int)shapes[names[0]][1], (int)names.Sum(name => shapes[name][0]), names));
        }

        foreach (string name in names)
        {
            long[] shape = shapes[name];
            nint length = (nint)shape.Aggregate(1L, (product, size) => product * size);
            placed[name] = inPanels
                ? new Parameter(name, shape, length, offset, new PanelRows(rows, (int)shape[1]))
                : new Parameter(name, shape, length, Length, Panels: null);
            rows += (int)shape[0];
            Length = inPanels ? offset + PackedMatrix.Size((int)shape[1], rows) : Length + length;
        }

        Length = (Length + 15) / 16 * 16;
    }

    private static LayerOffsets Offsets(Func<string, nint> of) =>
        new()
        {
            InputNorm = of("input_layernorm.weight"),
            Qkv = of("self_attn.q_proj.weight"),
            QkvBias = of("self_attn.q_proj.bias"),
            QueryNorm = of("self_attn.q_norm.weight"),
            KeyNorm = of("self_attn.k_norm.weight"),
            Output = of("self_attn.o_proj.weight"),
            OutputBias = of("self_attn.o_proj.bias"),
            PostAttentionNorm = of("post_attention_layernorm.weight"),
            GateUp = of("mlp.gate_proj.weight"),
            GateUpBias = of("mlp.gate_proj.bias"),
            Down = of("mlp.down_proj.weight"),
            DownBias = of("mlp.down_proj.bias"),
        };
}
