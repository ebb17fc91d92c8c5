namespace MLSeqGraph.Onnx;

/// <summary>
/// What is done to a decoder's states between steps, wherever they are: ONNX Runtime does it, in sessions made when first needed and
/// shared by all that generate.
/// </summary>
internal sealed class StateSessions(IReadOnlyList<DecoderModelState> states, ExecutionTarget target) : IDisposable
{
    internal const string Rows = "rows", More = "more";
    private readonly object _lock = new();
    private OnnxSession? _reordering, _lengthening;

    /// <summary>Puts rows of states into another order: <see cref="Rows"/>, [batch] Int64, says what each comes from.</summary>
    internal OnnxSession Reordering => Get(ref _reordering, ReorderingGraph);

    /// <summary>Makes caches longer by so many steps of zeros: <see cref="More"/>, [1] Int64.</summary>
    internal OnnxSession Lengthening => Get(ref _lengthening, LengtheningGraph);

    public void Dispose()
    {
        _reordering?.Dispose();
        _lengthening?.Dispose();
    }

    private OnnxSession Get(ref OnnxSession? session, Func<Graph> graph)
    {
        lock (_lock)
            return session ??= new(graph(), target);
    }

    private Graph ReorderingGraph()
    {
        var graph = new Graph("reorder");
        var rows = graph.Input(Rows, ElementType.Int64, [DecoderModel.Batch]);
        foreach (var state in states)
            graph.Output(state.Present, Op.Gather(graph.Input(state.Past, ElementType.Float, state.Shape), rows, state.BatchAxis));
        return graph;
    }

    private Graph LengtheningGraph()
    {
        var graph = new Graph("lengthen");
        var more = graph.Input(More, ElementType.Int64, [1]);
        foreach (var state in states.Where(state => state.IsCache))
        {
            var axis = state.Shape.TakeWhile(dim => dim != DecoderModel.Cache).Count();
            graph.Output(state.Present, Op.PadEnd(graph.Input(state.Past, ElementType.Float, state.Shape), axis, more, "longer"));
        }
        return graph;
    }
}
