using System.Reflection;
using System.Runtime.Loader;
using Cppo.Pipeline.Configuration;
using Cppo.Rewards;

namespace Cppo.Pipeline.CustomRewards;

/// <summary>
/// An assembly of the user's with what it depends on, apart from the program's own assemblies, so that both may use different versions of
/// a package. Only <c>Cppo.Rewards</c> is shared. It stays loaded as long as the process.
/// </summary>
internal sealed class RewardAssembly : AssemblyLoadContext
{
    private static readonly Assembly Shared = typeof(IGroupReward).Assembly;
    private readonly AssemblyDependencyResolver resolver;

    private RewardAssembly(string path)
        : base($"reward {Path.GetFileName(path)}") => resolver = new AssemblyDependencyResolver(path);

    /// <summary>Loads the assembly of a reward and makes its object.</summary>
    /// <param name="key">The reward's place, as <c>reward.parts.1</c>.</param>
    /// <param name="part">States an assembly.</param>
    /// <exception cref="ConfigException">File, type, interface or constructor is missing or of no use; one sentence with the
    /// remedy.</exception>
    public static IGroupReward Create(string key, RewardPartConfig part)
    {
        if (InMemory.IsIn(part.Assembly))
        {
            throw Fault(
                $"{key}.assembly",
                $"is {part.Assembly}: the program that began the run held the reward, an object of {part.Type}, and it alone can go on "
                    + "with it; else name the .dll that has the class"
            );
        }

        string path = Path.GetFullPath(part.Assembly);
        if (!File.Exists(path))
        {
            throw Fault(
                $"{key}.assembly",
                $"{part.Assembly} does not exist; build it, or correct the path, which is relative to the current directory"
            );
        }

        var type = Choose(key, part, Rewards(key, part, path));
        if (type.GetConstructor([]) is null)
        {
            throw Fault($"{key}.type", $"{type.FullName} has no public constructor without parameters; give it one");
        }

        try
        {
            return (IGroupReward)Activator.CreateInstance(type)!;
        }
        catch (TargetInvocationException error)
        {
            var cause = error.InnerException ?? error;
            throw Fault($"{key}.type", $"the constructor of {type.FullName} failed with {cause.GetType().Name}: {cause.Message}");
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        // Another copy of the interface would be another interface, which no class of the program knows.
        assemblyName.Name == Shared.GetName().Name
            ? Shared
        : resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path)
        : null;

    /// <inheritdoc/>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;

    /// <summary>The classes of the assembly that are rewards.</summary>
    private static Type[] Rewards(string key, RewardPartConfig part, string path)
    {
        try
        {
            return
            [
                .. new RewardAssembly(path)
                    .LoadFromAssemblyPath(path)
                    .GetTypes()
                    .Where(type =>
                        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
                        && type.IsAssignableTo(typeof(IGroupReward))
                    ),
            ];
        }
        catch (BadImageFormatException)
        {
            throw Fault($"{key}.assembly", $"{part.Assembly} is no .NET assembly; name the .dll that dotnet build makes");
        }
        catch (ReflectionTypeLoadException error)
        {
            string missing = error.LoaderExceptions.FirstOrDefault(loader => loader is not null)?.Message ?? error.Message;
            throw Fault(
                $"{key}.assembly",
                $"{part.Assembly} lacks something that it depends on ({missing.ReplaceLineEndings(" ")}); put it beside the .dll, e.g. by "
                    + "dotnet publish"
            );
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw Fault(
                $"{key}.assembly",
                $"{part.Assembly} cannot be loaded ({error.Message}); build it for net10.0 or earlier and against this program's "
                    + "Cppo.Rewards.dll"
            );
        }
    }

    private static Type Choose(string key, RewardPartConfig part, Type[] rewards)
    {
        string names = string.Join(", ", rewards.Select(type => type.FullName));
        if (rewards.Length == 0)
        {
            throw Fault(
                $"{key}.assembly",
                $"{part.Assembly} has no class that implements {typeof(IGroupReward).FullName}; let one implement it (docs/rewards.md has "
                    + "an example)"
            );
        }

        if (part.Type.Length == 0)
        {
            return rewards.Length == 1
                ? rewards[0]
                : throw Fault($"{key}.assembly", $"{part.Assembly} has several rewards ({names}); name one in {key}.type");
        }

        return Array.Find(rewards, type => type.FullName == part.Type)
            ?? throw Fault($"{key}.type", $"{part.Type} is no reward of {part.Assembly}; give one of {names}");
    }

    private static ConfigException Fault(string key, string message) => new($"{key}: {message}");
}
