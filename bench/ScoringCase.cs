using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// Scoring the rows of a data view with an LSTM: by our batched transformer, or as stock ML.NET does it, one row a run.
/// Operations as in <see cref="RecurrentCase"/>; every feature is read once.
/// </summary>
internal sealed class ScoringCase(int rows, int steps, int features, int hidden, bool stock) : ICase
{
    private IDataView? _scored;
    private DataViewSchema.Column[] _columns = [];

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }
    }

    public Cost Cost { get; } = new(
        RecurrentCase.Operations("LSTM", (double)rows * steps, features, hidden, train: false), 4.0 * rows * steps * features);

    public void Setup(int threads)
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        Row[] data = [.. Enumerable.Range(0, rows).Select(i => new Row
        {
            Features = [.. Enumerable.Range(0, steps * features).Select(_ => random.NextSingle())],
            Label = (uint)(i % 3),
        })];
        var view = ml.Data.LoadFromEnumerable(data);
        ITransformer model = ml.Sequences().Classification(new SequenceClassificationTrainer.Options
        {
            Network = SequenceNetwork.Lstm(hidden), FeatureCount = features, Epochs = 1, Target = ExecutionTarget.Cpu(threads),
        }).Fit(ml.Data.TakeRows(view, 256));
        if (stock)
        {
            using var file = new MemoryStream();
            ml.Model.Save(model, view.Schema, file);
            file.Position = 0;
            model = ml.Model.Load(file, out _);
        }
        _scored = model.Transform(view);
        _columns = [_scored.Schema["PredictedLabel"], _scored.Schema["Score"]];
    }

    public void Run()
    {
        using var cursor = _scored!.GetRowCursor(_columns);
        var label = cursor.GetGetter<uint>(_columns[0]);
        var score = cursor.GetGetter<VBuffer<float>>(_columns[1]);
        uint predicted = 0;
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            label(ref predicted);
            score(ref scores);
        }
    }

    public void Dispose()
    {
    }
}
