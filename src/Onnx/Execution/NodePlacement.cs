using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>A node of an optimized model.</summary>
/// <param name="Name">Name; empty where the optimizer gave none.</param>
/// <param name="OpType">Operation.</param>
/// <param name="Provider">ONNX Runtime's name of the provider whose kernel runs it, such as <c>CUDAExecutionProvider</c>.</param>
public sealed record PlacedNode(string Name, string OpType, string Provider);

/// <summary>Which provider runs which node of a session's model, after ONNX Runtime's optimizations.</summary>
public sealed class NodePlacement
{
    private const string Processor = "CPUExecutionProvider";

    private NodePlacement(ExecutionTarget target, IReadOnlyList<PlacedNode> nodes, string? unknown)
    {
        Target = target;
        Nodes = nodes;
        Unknown = unknown;
        OffTarget = target.Kind == TargetKind.Cpu ? [] : [.. nodes.Where(node => node.Provider == Processor)];
    }

    /// <summary>The session's target.</summary>
    public ExecutionTarget Target { get; }

    /// <summary>The nodes, including those inside loops. Empty for a session on the CPU, which runs them all.</summary>
    public IReadOnlyList<PlacedNode> Nodes { get; }

    /// <summary>The nodes that run on the CPU although the session is on a CUDA device.</summary>
    public IReadOnlyList<PlacedNode> OffTarget { get; }

    /// <summary>Why the placement is unknown; null where it is known.</summary>
    public string? Unknown { get; }

    /// <summary>Whether there is something to report to the owner of the session.</summary>
    internal bool IsNotable => Unknown is not null || OffTarget.Count > 0;

    internal static NodePlacement AllOnProcessor(ExecutionTarget target) => new(target, [], null);

    /// <summary>
    /// Loads the model once more and lets ONNX Runtime write it in its own format, which holds every node's provider: the
    /// managed API has no other way to find out without a run.
    /// </summary>
    /// <param name="target">The session's target.</param>
    /// <param name="options">The session's options; the file to write is added to them.</param>
    /// <param name="load">Loads the model with these options.</param>
    internal static NodePlacement Record(ExecutionTarget target, SessionOptions options, Func<SessionOptions, InferenceSession> load)
    {
        var folder = Directory.CreateTempSubdirectory("mlseqgraph-placement-");
        try
        {
            var file = Path.Combine(folder.FullName, "model.ort");
            options.OptimizedModelFilePath = file;
            options.AddSessionConfigEntry("session.save_model_format", "ORT");
            load(options).Dispose();
            return new(target, OrtFormat.ReadNodes(File.ReadAllBytes(file)), null);
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or IOException or InvalidDataException)
        {
            return new(target, [], exception.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>One line: how many nodes, by operation, run elsewhere.</summary>
    public override string ToString()
    {
        if (Unknown is not null)
            return $"Which nodes run on '{Target}' can't be told: {Unknown}";
        if (OffTarget.Count == 0)
            return $"Every node runs on '{Target}'.";
        var operations = OffTarget.GroupBy(node => node.OpType).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} {group.Key} ({string.Join(", ", group.Select(node => node.Name))})");
        var copies = Nodes.Count(node => node.OpType.StartsWith("Memcpy", StringComparison.Ordinal));
        return $"{OffTarget.Count} of {Nodes.Count} nodes of a session on '{Target}' run on the processor, with {copies} copies between "
            + $"the memories: {string.Join("; ", operations)}.";
    }
}
