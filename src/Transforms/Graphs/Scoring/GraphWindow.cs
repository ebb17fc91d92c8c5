using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Graphs that are packed into one and scored together.</summary>
internal sealed class GraphWindow : IRowWindow
{
    private readonly GraphTable _table;
    private readonly Func<SkippedRows, int> _read;
    private readonly GraphModel.Scorer _scorer;

    internal GraphWindow(GraphModel model, GraphSchema graphs, DataViewRow row, BadRows badRows)
    {
        (_table, _scorer, Prediction) = (GraphTable.Empty(graphs), new(model), model.NewPrediction());
        _read = _table.Reader(row, badRows);
    }

    /// <summary>What the model predicts for the current row.</summary>
    internal GraphPrediction Prediction { get; }

    public bool IsFull => false;

    public int Current
    {
        set => Prediction.Row = value;
    }

    public void Clear() => _table.Clear();

    public int Add(SkippedRows skipped) => _read(skipped);

    public void Run() => Prediction.Scores = _scorer.Score(_table);

    public void Dispose()
    {
    }
}
