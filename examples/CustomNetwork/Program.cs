using System.Diagnostics;
using CustomNetwork;
using Examples;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

// A network of one's own: a function from steps to steps over the public graph operations. Here a recurrence
// written out, the minimal gated unit (Zhou et al. 2016): one gate f decides what to forget and what to read. As a cell, which
// gets layers and both directions for nothing, it is MinimalGatedUnitOptions.
var minimalGatedUnit = SequenceNetwork.Custom("minimal gated unit", (network, x) =>
{
    const int hidden = 24;
    Value Weight(string name, long rows) => network.Parameter(name, [rows, hidden], Initializers.GlorotUniform);
    Value wf = Weight("gate_input", x.Features), uf = Weight("gate_state", hidden);
    Value wh = Weight("input", x.Features), uh = Weight("state", hidden);
    var bf = network.Parameter("gate_bias", [hidden], Initializers.Ones);
    var bh = network.Parameter("bias", [hidden], Initializers.Zeros);
    var start = Op.Filled(0f, [x.Steps.Shape[1], hidden], x.Steps);
    var (_, outputs) = Op.Scan([start], [Op.MatMul(x.Steps, wf) + bf, Op.MatMul(x.Steps, wh) + bh], (state, step) =>
    {
        var f = Op.Sigmoid(step[0] + Op.MatMul(state[0], uf));
        var candidate = Op.Tanh(step[1] + Op.MatMul(f * state[0], uh));
        var h = (1 - f) * state[0] + f * candidate;
        return ([h], [h]);
    });
    return new EncodedSequence(x.With(outputs[0]));
});

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(seed: 1);
    ml.Log += (_, e) =>
    {
        if (e.Message.Contains("epoch"))
            Console.WriteLine(e.RawMessage);
    };
    var data = ml.Data.TrainTestSplit(ml.Data.LoadFromEnumerable(Chirp.Generate(1200, seed: 1)), testFraction: 0.25);
    var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.Sequences().Classification(network: minimalGatedUnit, epochs: 20));
    var model = pipeline.Fit(data.TrainSet);
    var trained = model.LastTransformer;
    LossCurves.Write(Path.Combine(options.Folder, "loss"), "Minimal gated unit: loss", "nats", trained.History.Epochs);
    var accuracy = ml.Sequences().EvaluateClassification(model.Transform(data.TestSet)).MicroAccuracy;

    // The exported file runs anywhere ONNX Runtime does; here it scores the test rows again.
    var onnx = Path.Combine(options.Folder, "minimal_gated_unit.onnx");
    trained.ExportToOnnx(onnx);
    var labeled = model.First().Transform(data.TestSet);
    var scored = ml.Transforms.ApplySequenceModel(onnx).Fit(labeled).Transform(labeled);
    int Rows() => ml.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: true).Count();
    var rows = Rows(); // once to warm up
    var watch = Stopwatch.StartNew();
    var rate = Rows() / watch.Elapsed.TotalSeconds;
    Console.WriteLine($"""
        test accuracy {accuracy:0.000}, {rows} rows scored by {onnx} at {rate:N0} rows/s
        largest difference of the deployed model to the training graph: {trained.Info.Verification!.LargestDifference:0.0e0}
        """);
    if (options.Json is { } json)
        Figures.Write(json, new()
        {
            ["data"] = "chirp",
            ["task"] = "classification",
            ["network"] = "minimal gated unit",
            ["seed"] = 0,
            ["test_accuracy"] = accuracy,
            ["train_seconds"] = trained.History.Epochs.Sum(epoch => epoch.Seconds),
            ["epochs"] = trained.History.Epochs.Count,
            ["onnx_max_difference"] = trained.Info.Verification!.LargestDifference,
            ["rows_per_second"] = rate,
        });
});
