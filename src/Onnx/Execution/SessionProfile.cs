using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>The time spent in operations of one kind in one layer.</summary>
/// <param name="Scope">The layer, as its parameters are named, followed by <c>, backward</c> for a step's backward pass.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Calls">How often it ran.</param>
/// <param name="Milliseconds">Time of all calls.</param>
internal sealed record ProfiledOperations(string Scope, string Operation, int Calls, double Milliseconds);

/// <summary>
/// Measures where time is spent, by layer, with ONNX Runtime's profiles of the sessions created while it is open. Operations that the
/// optimizer merged count for the layer of the first of them. Sessions that were disposed of before it is read don't count.
/// </summary>
internal sealed class SessionProfile : IDisposable
{
    private const string Kernel = "_kernel_time";
    private static readonly AsyncLocal<SessionProfile?> Open = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlseqgraph-profile-");
    private readonly List<(NativeSession Session, Dictionary<string, string> ScopeOfNode)> _sessions = [];

    internal SessionProfile() => Open.Value = this;

    /// <summary>Turns on profiling for a session about to be created.</summary>
    internal static void Prepare(SessionOptions options)
    {
        if (Open.Value is not { } profile)
            return;
        options.EnableProfiling = true;
        options.ProfileOutputPathPrefix = Path.Combine(profile._folder.FullName, $"session-{profile._sessions.Count}-");
    }

    /// <summary>Adds a session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="graph">Its graph; null for that of a file, whose layers are not known.</param>
    internal static void Add(NativeSession session, Graph? graph) =>
        Open.Value?._sessions.Add((session, graph is null ? [] : Scopes(graph).ToDictionary()));

    /// <summary>Ends the measurement.</summary>
    /// <param name="warmUp">Runs of each session that don't count.</param>
    /// <returns>Milliseconds of the runs that count, and the operations that took them, longest first.</returns>
    internal (double Milliseconds, IReadOnlyList<ProfiledOperations> Operations) Read(int warmUp)
    {
        var (total, times) = (0.0, new Dictionary<(string, string), (int Calls, double Milliseconds)>());
        foreach (var (session, scopeOfNode) in _sessions)
        {
            // Ending the profile of a session that was freed would crash the process.
            if (!session.TryEnter())
                continue;
            string file;
            try
            {
                file = session.Inference.EndProfiling();
            }
            finally
            {
                session.Leave();
            }
            using var events = JsonDocument.Parse(File.ReadAllBytes(file));
            var all = events.RootElement.EnumerateArray().Where(entry => entry.TryGetProperty("dur", out _)).ToArray();
            var runs = all.Where(entry => Name(entry) == "model_run").OrderBy(Start).Skip(warmUp).ToArray();
            if (runs.Length == 0)
                continue;
            total += runs.Sum(Milliseconds);
            var first = Start(runs[0]);
            foreach (var entry in all.Where(entry => Name(entry).EndsWith(Kernel, StringComparison.Ordinal) && Start(entry) >= first))
            {
                var key = (ScopeOf(Name(entry)[..^Kernel.Length], scopeOfNode), Text(entry.GetProperty("args").GetProperty("op_name")));
                var (calls, milliseconds) = times.GetValueOrDefault(key);
                times[key] = (calls + 1, milliseconds + Milliseconds(entry));
            }
        }
        return (total, [.. times
            .Select(time => new ProfiledOperations(time.Key.Item1, time.Key.Item2, time.Value.Calls, time.Value.Milliseconds))
            .OrderByDescending(time => time.Milliseconds)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Open.Value = null;
        _folder.Delete(recursive: true);
    }

    private static IEnumerable<KeyValuePair<string, string>> Scopes(Graph graph) =>
        graph.Nodes.SelectMany(node => node.Bodies.SelectMany(Scopes).Prepend(new(node.Name, node.Scope)));

    // Nodes made by the optimizer have the name of the first original node, with a suffix.
    private static string ScopeOf(string node, Dictionary<string, string> scopeOfNode)
    {
        for (var length = node.Length; length > 0; length = node.LastIndexOfAny(['/', '_'], length - 1))
            if (scopeOfNode.TryGetValue(node[..length], out var scope))
                return scope;
        return "";
    }

    private static string Name(JsonElement entry) => Text(entry.GetProperty("name"));

    private static string Text(JsonElement element) => element.GetString() ?? "";

    private static long Start(JsonElement entry) => entry.GetProperty("ts").GetInt64();

    private static double Milliseconds(JsonElement entry) => entry.GetProperty("dur").GetInt64() / 1000.0;
}
