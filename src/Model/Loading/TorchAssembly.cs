using System.Reflection;
using System.Runtime.Loader;
using Cppo.Model.Engine;

namespace Cppo.Model.Loading;

/// <summary>
/// Finds the engine on TorchSharp by its assembly's name. It is a part of the program only where the build says so (Torch.targets), or
/// where a program of somebody else's references its package, because libtorch is a download of 128 MB and takes 530 MB on disk.
/// </summary>
internal static class TorchAssembly
{
    private const string AssemblyName = "Cppo.Model.Torch";
    private const string TypeName = "Cppo.Model.Torch.TorchLibrary";

    private static readonly Lazy<IEngineLibrary> Loaded = new(Load);

    /// <exception cref="EngineUnavailableException">The build left it out.</exception>
    internal static IEngineLibrary Library => Loaded.Value;

    private static IEngineLibrary Load()
    {
        Assembly assembly;
        try
        {
            var context = AssemblyLoadContext.GetLoadContext(typeof(TorchAssembly).Assembly) ?? AssemblyLoadContext.Default;
            assembly = context.LoadFromAssemblyName(new AssemblyName(AssemblyName));
        }
        catch (FileNotFoundException absent)
        {
            throw new EngineUnavailableException(
                "The engine 'torch' is not part of this build. Build it in: dotnet run -p:CppoTorch=cpu -- pipeline.json (cuda instead of "
                    + "cpu for GPUs); in a program of your own, reference the packages Cppo.Model.Torch and libtorch. Or set model.engine "
                    + "to managed.",
                absent
            );
        }

        return (IEngineLibrary)Activator.CreateInstance(assembly.GetType(TypeName, throwOnError: true)!, nonPublic: true)!;
    }
}
