using Cppo.Model.Decoders;
using Cppo.Model.Weights;

namespace Cppo.Model.Adapters;

/// <summary>A linear layer W [out, in] with its low-rank factors.</summary>
/// <param name="Layer">From 0.</param>
/// <param name="Name">One of <see cref="AdapterModules.Names"/>.</param>
/// <param name="Outputs">Rows of W and of B.</param>
/// <param name="Inputs">Columns of W and of A.</param>
internal sealed record AdapterModule(int Layer, string Name, int Outputs, int Inputs)
{
    /// <summary>The base's weight.</summary>
    internal string Weight => WeightMap.Layer(Layer, $"{AdapterModules.InLayer(Name)}.weight");

    /// <summary>A's name, as PEFT has it.</summary>
    internal string A => AdapterShape.Prefix + WeightMap.Layer(Layer, $"{AdapterModules.InLayer(Name)}.lora_A.weight");

    /// <summary>B's name, as PEFT has it.</summary>
    internal string B => AdapterShape.Prefix + WeightMap.Layer(Layer, $"{AdapterModules.InLayer(Name)}.lora_B.weight");
}

/// <summary>The arrays of an adapter on an architecture.</summary>
internal sealed class AdapterShape
{
    /// <summary>What PEFT puts before a parameter's name.</summary>
    internal const string Prefix = "base_model.model.";

    internal AdapterShape(DecoderConfig config, AdapterSettings settings)
    {
        Settings = settings;
        var shapes = WeightMap.Expected(config).ToDictionary(parameter => parameter.Name, parameter => parameter.Shape);
        Modules =
        [
            .. from layer in Enumerable.Range(0, config.NumLayers)
            from name in AdapterModules.Names
            where settings.TargetModules.Contains(name)
            let shape = shapes[new AdapterModule(layer, name, 0, 0).Weight]
            select new AdapterModule(layer, name, (int)shape[0], (int)shape[1]),
        ];
        Expected =
        [
            .. Modules.SelectMany(module =>
                new (string, long[])[] { (module.A, [settings.Rank, module.Inputs]), (module.B, [module.Outputs, settings.Rank]) }
            ),
        ];
    }

    internal AdapterSettings Settings { get; }

    /// <summary>Layer by layer, in the order of <see cref="AdapterModules.Names"/>.</summary>
    internal IReadOnlyList<AdapterModule> Modules { get; }

    /// <summary>Every array and its shape: A [rank, in], then B [out, rank] of each module; the order of files and of the hash.</summary>
    internal IReadOnlyList<(string Name, long[] Shape)> Expected { get; }

    /// <summary>Whether arrays are an adapter's and not a model's.</summary>
    internal static bool IsOf(IReadOnlyList<Engine.NamedArray> arrays) =>
        arrays.Count > 0 && arrays[0].Name.StartsWith(Prefix, StringComparison.Ordinal);
}
