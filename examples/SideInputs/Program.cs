using Microsoft.ML;
using MLSeqGraph.Examples.SideInputs;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

// Whether a machine will fail: its vibration tells where it grows, else the age of its bearings and its maker decide.
// A network that reads the series alone can't do better than 3 in 4; with the two columns beside it, it can.
var ml = new MLContext(seed: 1);
var machines = ml.Data.LoadFromEnumerable(Machine.Draw(1200, seed: 1));
var split = ml.Data.TrainTestSplit(machines, testFraction: 0.25);

SequenceBinaryClassificationTrainer.Options Options(params InputColumn[] inputs) => new()
{
    SequenceColumnName = nameof(Machine.Vibration),
    LabelColumnName = nameof(Machine.Fails),
    Network = SequenceNetwork.Gru(hidden: 16),
    Epochs = 25,
    LearningRate = 0.01f,
    Inputs = inputs,
};

var keys = ml.Transforms.Conversion.MapValueToKey(nameof(Machine.Maker));
foreach (var (name, options) in ((string, SequenceBinaryClassificationTrainer.Options)[])
    [
        ("the series alone", Options()),
        ("with age and maker", Options(InputColumn.Vector(nameof(Machine.BearingAge)), InputColumn.Category(nameof(Machine.Maker)))),
    ])
{
    var model = keys.Append(ml.Sequences().BinaryClassification(options)).Fit(split.TrainSet);
    var metrics = ml.BinaryClassification.Evaluate(model.Transform(split.TestSet), nameof(Machine.Fails));
    Console.WriteLine($"{name}: accuracy {metrics.Accuracy:0.000}, AUC {metrics.AreaUnderRocCurve:0.000}");

    // The columns are in the saved pipeline and in the exported file too.
    var engine = ml.Model.CreatePredictionEngine<Machine, Prediction>(model);
    var machine = new Machine { Vibration = [0.1f, 0, 0.1f, 0], BearingAge = 9, Maker = "north" };
    Console.WriteLine($"  an old machine of maker north with steady vibration fails with probability "
        + $"{engine.Predict(machine).Probability:0.00}");
}
