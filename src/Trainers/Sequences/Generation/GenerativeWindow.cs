using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Rows that a language model or translator predicts together.</summary>
internal sealed class GenerativeWindow(GenerativeTransformer model, DataViewRow row) : IRowWindow
{
    private readonly TokenReader _reader = new(row, model.Info);
    private readonly List<GenerativeInput> _rows = [];
    private GenerativeRow[] _predicted = [];
    private long _steps;
    private int _current = -1;

    public bool IsFull => _steps >= model.Scoring.ReadAheadSteps;

    public int Current
    {
        set => _current = value;
    }

    /// <summary>The prediction for the current row.</summary>
    internal GenerativeRow Row => _current >= 0 ? _predicted[_current]
        : throw new InvalidOperationException("The cursor is not on a row.");

    public void Clear()
    {
        _rows.Clear();
        _steps = 0;
    }

    public int Add(SkippedRows skipped)
    {
        _rows.Add(_reader.Read(model.Scoring.BadRows, skipped));
        _steps += _rows[^1].Tokens.Length + _rows[^1].Numbers.Length;
        return _rows.Count - 1;
    }

    public void Run() => _predicted = model.Predict(_rows);

    public void Dispose()
    {
    }
}
