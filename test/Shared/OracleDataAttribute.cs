using System.Reflection;
using System.Text.Json;

namespace MLSeqGraph.Tests;

/// <summary>
/// Runs a test method once for every oracle file about one of some operations; the file's name is the method's argument. Where
/// there is none the method runs once with <see cref="Missing"/>, and <see cref="OracleCase.Load"/> says why it can't go on.
/// </summary>
/// <remarks>The operations must be listed in <see cref="OracleOperations"/>.</remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OracleDataAttribute(params string[] operations) : Attribute, ITestDataSource
{
    internal const string Missing = "";

    internal IReadOnlyList<string> Operations => operations;

    public IEnumerable<object?[]> GetData(MethodInfo methodInfo)
    {
        string[] files = [.. Files().Where(file => operations.Contains(file.Operation)).Select(file => file.Name)];
        return files.Length == 0 ? [[Missing]] : files.Select(file => new object?[] { file });
    }

    public string GetDisplayName(MethodInfo methodInfo, object?[]? data) =>
        $"{methodInfo.Name} ({(data?[0] is string { Length: > 0 } file ? file : "no case of " + string.Join(", ", operations))})";

    /// <summary>All oracle files with their operations, by name.</summary>
    internal static IEnumerable<(string Name, string Operation)> Files()
    {
        if (SharedFolder.Oracles is null)
            yield break;
        foreach (var path in Directory.EnumerateFiles(SharedFolder.Oracles, "*.json").Order(StringComparer.Ordinal))
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            yield return (Path.GetFileName(path), json.RootElement.GetProperty("op").GetString()!);
        }
    }
}
