using System.Reflection;
using Xunit.Sdk;

namespace Cppo.Model.Tests;

/// <summary>
/// Runs the golden tests where there is no SDK, as a published program: <c>Model.Tests [TEXT]</c> runs those rows whose name holds the
/// text, such as <c>cuda:0</c>. `dotnet test` does not come here.
/// </summary>
internal static class GoldenProgram
{
    private static int Main(string[] arguments)
    {
        string text = arguments.FirstOrDefault() ?? "";
        int passed = 0,
            failed = 0;
        foreach (var (name, run) in Tests().Where(test => test.Name.Contains(text, StringComparison.Ordinal)))
        {
            try
            {
                run();
                passed++;
            }
            catch (TargetInvocationException wrapped)
            {
                failed++;
                Console.WriteLine($"FAILED {name}: {wrapped.InnerException?.Message.ReplaceLineEndings(" ")}");
            }
        }

        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private static IEnumerable<(string Name, Action Run)> Tests() =>
        from type in typeof(GoldenProgram).Assembly.GetTypes()
        where type.Name.EndsWith("GoldenTests", StringComparison.Ordinal)
        from method in type.GetMethods()
        let fact = method.GetCustomAttribute<FactAttribute>()
        where fact is { Skip: null }
        from row in fact is TheoryAttribute
            ? method.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(method))
            :
            [
                [],
            ]
        select ($"{type.Name}.{method.Name}({string.Join(", ", row)})", (Action)(() => method.Invoke(Activator.CreateInstance(type), row)));
}
