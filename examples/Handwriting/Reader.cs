using Handwriting.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Handwriting;

/// <summary>A trained pipeline that reads writing.</summary>
internal sealed class Reader
{
    private const double ModelWeight = 0.3;

    private readonly MLContext _ml;
    private readonly ITransformer _preparation, _model;
    private readonly CtcBeamOptions _beam;

    /// <param name="ml">The context.</param>
    /// <param name="preparation">What makes features of strokes.</param>
    /// <param name="model">The network.</param>
    /// <param name="train">The lines it was trained on: their texts say which characters follow one another.</param>
    /// <param name="width">Prefixes that beam search keeps.</param>
    internal Reader(MLContext ml, ITransformer preparation, SequencePredictionTransformer model, IReadOnlyList<Writing> train, int width)
    {
        (_ml, _preparation, _model) = (ml, preparation, model);
        Characters = model.Info.Labels!.Values!;
        int[][] texts = [.. train.Select(line => line.Characters.Select(Number).ToArray())];
        _beam = new() { Width = width, Model = new NgramModel(texts, Characters.Count, order: 4), ModelWeight = ModelWeight };
    }

    /// <summary>The characters it knows; the blank comes behind them.</summary>
    internal IReadOnlyList<string> Characters { get; }

    /// <summary>What the network says of lines.</summary>
    internal CtcFrames[] Frames(IEnumerable<Writing> lines) =>
        [.. Scored(lines).GetColumn<float[]>("Score").Select(score =>
            CtcFrames.FromProbabilities(score, Characters.Count + 1, Characters.Count))];

    /// <summary>The labels as text.</summary>
    internal string Text(IEnumerable<int> labels) => string.Concat(labels.Select(label => Characters[label]));

    /// <summary>Reads lines and compares.</summary>
    internal Tested Test(string name, IReadOnlyList<Writing> lines)
    {
        var found = Frames(lines);
        return new(name, Metrics(frames => frames.Greedy()), Metrics(frames => frames.BeamSearch(_beam)[0].Labels));

        TranscriptionMetrics Metrics(Func<CtcFrames, IReadOnlyList<int>> read) => _ml.Sequences().EvaluateTranscription(
            _ml.Data.LoadFromEnumerable(lines.Zip(found, (line, frames) =>
                new Line { Label = line.Text, PredictedLabel = Text(read(frames)) })));
    }

    private IDataView Scored(IEnumerable<Writing> lines) => _model.Transform(_preparation.Transform(_ml.Data.LoadFromEnumerable(lines)));

    private int Number(string character) => Characters.ToList().IndexOf(character);

    private sealed class Line
    {
        public string Label { get; set; } = "";

        public string PredictedLabel { get; set; } = "";
    }
}
