using System.Diagnostics.Metrics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class TrainingCode
{
    private static readonly MLContext ml = new(1);

    private static IDataView Rows(int count, int seed) => ml.Data.LoadFromEnumerable(Waves.Rows(count, seed));

    [TestMethod]
    public void A_pipeline_validates_on_raw_rows()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var model = Validated(Rows(60, 1), Rows(20, 2), folder.Path, stop.Token);
        Assert.IsNotNull(model.LastTransformer.History.Epochs[0].ValidationLoss);
        Assert.IsTrue(File.Exists(folder.File("loss.csv")));
    }

    private static TransformerChain<SequencePredictionTransformer> Validated(
        IDataView rows, IDataView validationRows, string folder, CancellationToken ctrlC)
    {
        // docs
        var trainer = ml.Sequences().Classification(new()
        {
            Network = SequenceNetwork.Lstm(hidden: 32),
            FeatureCount = 2,
            Epochs = 50,
            BatchSize = 32,
            LearningRate = 0.003f,
            Optimizer = new AdamW { WeightDecay = 0.01f },
            Schedule = LearningRateSchedule.WarmUp(100, LearningRateSchedule.Cosine()),
            EarlyStoppingPatience = 5,                        // epochs without a better validation loss; the best weights are kept
            BalanceClasses = true,                            // rare classes count as much as frequent ones
            BadRows = BadRows.Skip,                           // rows with NaN or without steps are left out, and counted
            CheckpointFolder = folder, Resume = true,         // a killed training resumes, to the same weights
            StopToken = ctrlC,                                // ends before the next step and returns the model
            OnEpoch = epoch => Console.WriteLine($"{epoch.Epoch}: {epoch.Loss:0.000} {epoch.ValidationLoss:0.000}"),
        });
        var model = ml.Transforms.Conversion.MapValueToKey("Label").FitWithValidation(trainer, rows, validationRows);
        model.LastTransformer.History.WriteCsv(Path.Combine(folder, "loss.csv"));
        // docs
        return model;
    }

    [TestMethod]
    public void A_training_is_measured_and_reported()
    {
        // docs
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == TrainingTelemetry.Name)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((instrument, value, _, _) => Console.WriteLine($"{instrument.Name} {value}"));
        meters.Start();
        // docs
        var measured = new List<string>();
        meters.SetMeasurementEventCallback<double>((instrument, _, _, _) => measured.Add(instrument.Name));
        using var temporary = new TemporaryFolder();
        var (folder, test) = (temporary.Path, Rows(20, 2));
        var options = new SequenceClassificationTrainer.Options { Network = SequenceNetwork.Gru(4), FeatureCount = 2, Epochs = 2 };
        var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Sequences().Classification(options)).Fit(Rows(40, 1));
        Assert.Contains("mlseqgraph.training.step.duration", measured);
        // docs
        var report = new TrainingReport(model, model.Transform(test)) { Title = "Questions", TrainerOptions = options };
        report.Write(Path.Combine(folder, "report.html"));
        // docs
        Assert.Contains("Confusion matrix", File.ReadAllText(temporary.File("report.html")));
    }

    [TestMethod]
    public void What_an_interrupted_training_reached_is_handed_back()
    {
        using var cancel = new CancellationTokenSource();
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Sequences().Classification(new()
        {
            FeatureCount = 2,
            Network = SequenceNetwork.Gru(8),
            Epochs = 1000,
            CancellationToken = cancel.Token,
            OnEpoch = epoch => { if (epoch.Epoch == 2) cancel.Cancel(); },
        }));
        Assert.HasCount(20, AsFarAsItGoes(pipeline, Rows(40, 1)).Transform(Rows(20, 2)).GetColumn<float[]>("Score").ToArray());
    }

    private static ITransformer AsFarAsItGoes(IEstimator<ITransformer> pipeline, IDataView rows)
    {
        // docs
        var model = pipeline.FitAsFarAsItGoes(rows);          // canceled, or out of disk: the whole pipeline with the best weights so far
        // docs
        return model;
    }
}
