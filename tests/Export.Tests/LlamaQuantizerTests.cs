using Cppo.Model.Gguf;
using LLama.Native;

namespace Cppo.Export.Tests;

/// <summary>llama.cpp's own conversion of an exported fp32 file has the same bytes as ours.</summary>
public sealed class LlamaQuantizerTests : IDisposable
{
    private readonly ExportFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("f16", LLamaFtype.MOSTLY_F16)]
    [InlineData("bf16", LLamaFtype.MOSTLY_BF16)]
    [InlineData("q8_0", LLamaFtype.MOSTLY_Q8_0)]
    public void It_rounds_to_the_same_bytes(string type, LLamaFtype target)
    {
        // The embedded model, whose weights are trained: blocks of all sizes.
        LlamaModel.LoadLibrary();
        string converted = folder.Path("converted.gguf");
        var parameters = LLamaModelQuantizeParams.Default();
        parameters.ftype = target;
        parameters.nthread = 1;
        parameters.quantize_output_tensor = true;
        Assert.Equal(0u, NativeApi.llama_model_quantize(folder.Gguf(ExportFolder.BaseModel), converted, ref parameters));

        var theirs = new GgufReader(converted);
        var ours = new GgufReader(folder.Gguf(ExportFolder.BaseModel, GgufTypes.Named(type)));
        Assert.Equal(theirs.Tensors.Keys.Order(), ours.Tensors.Keys.Order());
        foreach (var (name, tensor) in theirs.Tensors)
        {
            Assert.Equal(tensor.Type, ours.Tensors[name].Type);
            Assert.Equal(theirs.Raw(name), ours.Raw(name));
        }

        Assert.Equal(theirs.Keys["general.file_type"], ours.Keys["general.file_type"]);
    }
}
