using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Options out of their range: the error names the option, what it is and what was expected.</summary>
[TestClass]
public class BadOptionTests
{
    private readonly MLContext _ml = new(1);

    public static IEnumerable<object[]> Cases => new (Action<SequenceClassificationTrainer.Options> Change, string Message)[]
    {
        (options =>
            options.ClassWeights = [1, 2],
            "ClassWeights has 2 weights, but column 'ClassKey' has 3 classes; expected a weight for each class, in the order of the "
            + "label's keys"),
        (options =>
            options.ClassWeights = [1, -2, 1], "ClassWeights is [1, -2, 1]; expected finite numbers of at least 0, not all of them 0"),
        (options =>
            options.ClassWeights = [0, 0, 0], "ClassWeights is [0, 0, 0]; expected finite numbers of at least 0, not all of them 0"),
        (options => (options.ClassWeights, options.BalanceClasses) = ([1, 1, 2.5f], true),
            "ClassWeights is [1, 1, 2.5]; expected null where BalanceClasses is set"),
        (options => options.LabelSmoothing = 1, "LabelSmoothing is 1; expected at least 0 and below 1"),
        (options => options.InputDropout = -0.5f, "InputDropout is -0.5; expected at least 0 and below 1"),
        (options => options.OutputDropout = 1, "OutputDropout is 1; expected at least 0 and below 1"),
        (options => options.EmbeddingSize = 0, "EmbeddingSize is 0; expected at least 1"),
        (options => options.ShuffleBufferRows = 0, "ShuffleBufferRows is 0; expected at least 1"),
        (options => options.MemoryMegabytes = 0, "MemoryMegabytes is 0; expected 1 to 4096"),
        (options => options.FeatureCount = 0, "FeatureCount is 0; expected at least 1"),
        (options => options.Network = null!, "Network is null; expected a value"),
        (options => options.SequenceColumnName = "", "SequenceColumnName is ''; expected the name of a column"),
        (options => options.LabelColumnName = null!, "LabelColumnName is ''; expected the name of a column"),
        (options => options.ExampleWeightColumnName = "", "ExampleWeightColumnName is ''; expected the name of a column"),
        (options => options.Epochs = 0, "Epochs is 0; expected at least 1"),
        (options => options.BatchSize = -1, "BatchSize is -1; expected 1 to 16777216"),
        (options => options.BatchSize = int.MaxValue, "BatchSize is 2147483647; expected 1 to 16777216"),
        (options => options.LearningRate = float.NaN, "LearningRate is NaN; expected a finite number above 0"),
        (options => options.ValidationFraction = 1, "ValidationFraction is 1; expected at least 0 and below 1"),
        (options => options.Pooling = (Pooling)9, "Pooling is 9; expected Last, Mean, Max, Attention"),
        (options => options.Network = SequenceNetwork.Lstm(0), "Hidden of LstmOptions is 0; expected at least 1"),
        (options => options.Network = SequenceNetwork.Gru(4, layers: 0), "Layers of GruOptions is 0; expected at least 1"),
        (options => options.Network = SequenceNetwork.Rnn(4, dropout: 1), "Dropout of RnnOptions is 1; expected at least 0 and below 1"),
        (options => options.Network = SequenceNetwork.Recurrent(new LstmOptions { Truncation = -1 }),
            "Truncation of LstmOptions is -1; expected at least 0"),
    }.Select(bad => new object[] { bad.Message, bad.Change });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Is_told(string message, object change)
    {
        var data = EveryForm.Mapped(_ml, 10);
        var error = Assert.Throws<ArgumentException>(() => EveryForm.Trainer(_ml, "Classification", "Ragged", options =>
        {
            options.OnEpoch = _ => Assert.Fail("trained");
            ((Action<SequenceClassificationTrainer.Options>)change)((SequenceClassificationTrainer.Options)options);
        }).Fit(data));
        StringAssert.StartsWith(error.Message, message);
    }

    [TestMethod]
    public void Options_of_the_other_trainers()
    {
        var data = EveryForm.Mapped(_ml, 10);
        void Fails(string message, string task, Action<SequenceTrainerOptions> change) =>
            StringAssert.StartsWith(Assert.Throws<ArgumentException>(
                () => EveryForm.Trainer(_ml, task, "Ragged", change).Fit(data)).Message, message);
        Fails("ClassWeights has 4 weights, but column 'TagKeys' has 3 classes", "Tagging", options =>
            ((SequenceTaggingTrainer.Options)options).ClassWeights = [1, 1, 1, 1]);
        Fails("PositiveWeight is 0; expected a finite number above 0", "Binary", options =>
            ((SequenceBinaryClassificationTrainer.Options)options).PositiveWeight = 0);
        Fails("Loss is 7; expected MeanSquaredError, MeanAbsoluteError, Huber", "Number", options =>
            ((SequenceRegressionTrainer.Options)options).Loss = (RegressionLoss)7);
        Fails("Column 'Numbers' is Vector<Single, 2>, but 3 targets were given", "Numbers", options =>
            ((SequenceRegressionTrainer.Options)options).TargetCount = 3);
    }

    [TestMethod]
    public void A_network_of_ones_own_that_gives_no_steps_is_told()
    {
        void Fails(string message, Func<Onnx.NetworkBuilder, Sequence, EncodedSequence> encode) =>
            StringAssert.Contains(Assert.Throws<Exception>(() => EveryForm.Trainer(_ml, "Classification", "Ragged",
                options => options.Network = SequenceNetwork.Custom("mine", encode)).Fit(EveryForm.Mapped(_ml, 10))).Message, message);
        Fails("A sequence has shape [time, batch, features]; got ", (_, x) => new(x.With(x.MeanPooling())));
        Fails("With: expected steps [time, batch, features]; got ", (_, x) => new(x.With(Onnx.Op.Transpose(x.Steps, 1, 0, 2))));
        Fails("The network 'mine' gave null; expected an EncodedSequence", (_, _) => null!);
        Fails("; expected [batch, features]", (_, x) => new(x, x.Steps));
    }
}
