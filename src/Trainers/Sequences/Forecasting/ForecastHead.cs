using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// All steps of the horizon for each target, with quantiles. It normalizes the window before the network reads it and takes forecasts back
/// into the targets' units, in the exported file too.
/// </summary>
internal sealed class ForecastHead(ForecastSetup setup, SequenceNetwork network) : Head
{
    private ForecastWindow _window = null!;
    private IReadOnlyList<Value> _members = [];

    internal override bool IsInUnitsOfRows => true;

    internal override int Outputs => IsCalibrating ? setup.Scores / (1 + setup.Quantiles.Length) * (3 + setup.Quantiles.Length)
        : setup.Scores;

    /// <summary>
    /// What is added to quantiles, in the window's units, so that held-out windows lie below them as often as they say, [horizon ×
    /// targets × quantiles]; null before they are calibrated.
    /// </summary>
    internal float[]? Offsets { get; set; }

    /// <summary>Whether what is deployed gives what offsets are made from (<see cref="ForecastOutputs.InUnitsOfWindow"/>).</summary>
    internal bool IsCalibrating { get; set; }

    internal override Sequence Enter(Sequence x) => (_window = ForecastWindow.Of(x, setup)).Steps;

    internal override Value Logits(EncodedSequence encoded, SideInputs inputs)
    {
        var batch = encoded.Steps.Steps.Shape[1];
        var future = setup.KnownWidth == 0 ? null : inputs.Vector(ForecastWindows.Future);
        future = future is null ? null : Op.Reshape(future, [batch, setup.Horizon, setup.KnownWidth], future);
        var input = new ForecastInput(_window.Steps, setup.Targets.Count, setup.Horizon, setup.Parameters, future,
            setup.HasStatic ? inputs.Vector(ForecastWindows.Static) : null)
        {
            Median = setup.Loss == ForecastLoss.Quantiles ? Array.IndexOf(setup.Quantiles, 0.5f) : null,
        };
        var y = network is ForecastNetwork own ? own.Forecast(input) : input.Decode(encoded.Final ?? encoded.Steps.Last);
        _members = input.Members;
        Shape expected = [batch, setup.Targets.Count, setup.Horizon * setup.Parameters];
        return y.Shape.Equals(expected) ? y : throw new GraphException($"The network '{network.Name}' gave {y}; expected {expected}: "
            + $"{setup.Horizon} steps with {setup.Parameters} numbers each for {setup.Targets.Count} targets.");
    }

    internal override NetworkOutputs Loss(NetworkBuilder network, Value logits, Value? weights)
    {
        var (horizon, targets) = (setup.Horizon, setup.Targets.Count);
        var labels = network.Input(Labels, ElementType.Float, [logits.Shape[0], horizon * targets * (setup.IsMasked ? 2 : 1)]);
        var y = ByTarget(Op.Slice(labels, 1, 0, horizon * targets));                                          // [batch, targets, horizon]
        var mask = setup.IsMasked ? ByTarget(Op.Slice(labels, 1, horizon * targets)) : null;
        var outputs = new ForecastOutputs(_window, setup, logits);
        var error = Op.Abs(y - outputs.Point);
        var count = mask ?? Op.OnesLike(y);
        var loss = _members.Count == 0 ? outputs.Loss(y, mask) : _members.Select(member => new ForecastOutputs(_window, setup, member)
            .Loss(y, mask)).Aggregate((sum, of) => sum + of) / (float)_members.Count;
        return new(loss, [.. MeanMetric("mae", error, count), .. outputs.Crossing is { } crossing
            ? MeanMetric("crossing", crossing, Op.OnesLike(crossing)) : [], .. mask is null ? [] : ((string, Value)[])[LossCount(mask)]]);

        Value ByTarget(Value flat) => Op.Transpose(Op.Reshape(flat, [logits.Shape[0], horizon, targets], flat), 0, 2, 1);
    }

    internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits)
    {
        var outputs = new ForecastOutputs(_window, setup, logits);
        var scores = IsCalibrating ? outputs.InUnitsOfWindow() : outputs.Scores(Offsets);      // [batch, targets, horizon, 1 + Q]
        scores = Op.Transpose(scores, 0, 2, 1, 3);
        return [(ModelFormat.Score, Op.Reshape(scores, [logits.Shape[0], Outputs], scores))];
    }
}
