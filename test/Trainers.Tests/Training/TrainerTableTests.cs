using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>What one trainer can, every trainer can, by the same name; where one can't, a reason stands here.</summary>
[TestClass]
public class TrainerTableTests
{
    private const string Unlabelled = "there are no labels", NoClasses = "no classes are told apart",
        OneGraph = "the whole graph, or what is sampled of it, counts";

    private static readonly string[] Features =
    [
        "ValidationData", "ValidationFraction", "BadRows", "OutputVector", "OutputAttention", "Inputs", "ExampleWeightColumnName",
        "ClassWeights", "BalanceClasses", "LabelSmoothing", "StopToken", "CancellationToken", "CheckpointFolder", "Resume", "Seed",
        "Target", "Optimizer", "EarlyStoppingPatience",
    ];

    // Trainer, feature, why it has none.
    private static readonly (string Trainer, string Feature, string Why)[] Holes =
    [
        ("GraphBinaryClassification", "ClassWeights", "PositiveWeight weighs the two classes"),
        ("NodeBinaryClassification", "ClassWeights", "PositiveWeight weighs the two classes"),
        ("SequenceBinaryClassification", "ClassWeights", "PositiveWeight weighs the two classes"),
        ("GraphBinaryClassification", "BalanceClasses", "PositiveWeight weighs the two classes"),
        ("NodeBinaryClassification", "BalanceClasses", "PositiveWeight weighs the two classes"),
        ("SequenceBinaryClassification", "BalanceClasses", "PositiveWeight weighs the two classes"),
        ("GraphBinaryClassification", "LabelSmoothing", "the loss takes targets of 0 and 1"),
        ("NodeBinaryClassification", "LabelSmoothing", "the loss takes targets of 0 and 1"),
        ("SequenceBinaryClassification", "LabelSmoothing", "the loss takes targets of 0 and 1"),
        .. from trainer in (string[])["GraphRegression", "NodeRegression", "GraphNodeRegression", "SequenceRegression",
               "SequenceStepRegression", "SequenceImputation", "LinkPrediction",
               "NodeEmbedding", "Forecasting", "KnowledgeGraph", "Recommendation", "NodeClustering",
               "NodeImputation", "SeriesGeneration"]
           from feature in (string[])["ClassWeights", "BalanceClasses", "LabelSmoothing"]
           select (trainer, feature, NoClasses),
        ("SequenceAlignment", "ClassWeights", "its loss is that of whole sequences of labels"),
        ("SequenceAlignment", "BalanceClasses", "its loss is that of whole sequences of labels"),
        ("SequenceAlignment", "LabelSmoothing", "its loss is that of whole sequences of labels"),
        ("QuestionAnswering", "ClassWeights", "the places of a text are no classes"),
        ("QuestionAnswering", "BalanceClasses", "the places of a text are no classes"),
        ("QuestionAnswering", "LabelSmoothing", "its loss is that of two places"),
        ("LanguageModel", "ClassWeights", "tokens are too many to weigh one by one"),
        ("Translation", "ClassWeights", "tokens are too many to weigh one by one"),
        ("MaskedPretraining", "ClassWeights", "tokens are too many to weigh one by one"),
        ("LanguageModel", "BalanceClasses", "frequent tokens are to be written often"),
        ("Translation", "BalanceClasses", "frequent tokens are to be written often"),
        ("MaskedPretraining", "BalanceClasses", Unlabelled),
        ("MaskedPretraining", "LabelSmoothing", "its loss is reported as perplexity, and it predicts nothing"),
        ("MaskedPretraining", "Inputs", "its weights start networks with inputs, which are trained with the labels"),
        ("MaskedPretraining", "ExampleWeightColumnName", "each text is as good as another without labels"),
        ("LinkPrediction", "ExampleWeightColumnName", OneGraph + "; edges have weights of their own"),
        ("NodeClustering", "ExampleWeightColumnName", OneGraph + "; edges have weights of their own"),
        ("NodeImputation", "ExampleWeightColumnName", OneGraph + "; edges have weights of their own"),
        ("NodeEmbedding", "ExampleWeightColumnName", OneGraph + "; edges have weights of their own"),
        ("NodeEmbedding", "Inputs", "a node is known by its place in the graph alone"),
        .. from trainer in (string[])["KnowledgeGraph", "Recommendation"]
           from feature in (string[])["Inputs", "ExampleWeightColumnName"]
           select (trainer, feature, "a row is a fact about two things that other rows are about, too"),
        ("Forecasting", "Inputs", "covariates are columns of the panel, known up to now or ahead"),
        ("Forecasting", "ExampleWeightColumnName", "a window has many rows; missing values count nothing"),
    ];

    // Options that are there for all trainers and mean nothing for some: these say so.
    private static readonly (string Trainer, string Option)[] Refused =
    [
        .. from trainer in (string[])["LanguageModel", "Translation", "MaskedPretraining", "LinkPrediction", "NodeEmbedding",
               "NodeClustering", "NodeImputation"]
           from option in (string[])["OutputVector", "OutputAttention"]
           where (trainer, option) != ("Translation", "OutputAttention")
           select (trainer, option),
        ("Decision", "OutputAttention"), ("SeriesGeneration", "OutputAttention"),
        .. from trainer in (string[])["Forecasting", "KnowledgeGraph", "Recommendation"]
           from option in (string[])["OutputVector", "OutputAttention"]
           select (trainer, option),
    ];

    private static IEnumerable<Type> Trainers => typeof(SequenceTrainer).Assembly.GetExportedTypes()
        .Where(type => !type.IsAbstract && type.Name.EndsWith("Trainer", StringComparison.Ordinal));

    private static string NameOf(Type trainer) => trainer.Name[..^"Trainer".Length];

    [TestMethod]
    public void Every_trainer_has_every_feature_or_a_reason()
    {
        Assert.HasCount(28, Trainers.ToArray());
        string[] found = [.. from trainer in Trainers
                             from feature in Features
                             where trainer.GetNestedType("Options")!.GetProperty(feature) is null
                             select $"{NameOf(trainer)}: {feature}"];
        CollectionAssert.AreEquivalent(Holes.Select(hole => $"{hole.Trainer}: {hole.Feature}").ToArray(), found);
        Assert.IsTrue(Holes.All(hole => hole.Why.Length > 10));
    }

    [TestMethod]
    public void Every_trainer_fits_with_and_without_validation_data()
    {
        foreach (var trainer in Trainers)
        {
            var one = trainer.GetMethod("Fit", [typeof(IDataView)]);
            var two = trainer.GetMethod("Fit", [typeof(IDataView), typeof(IDataView)]);
            Assert.IsNotNull(one, trainer.Name);
            Assert.AreEqual(one.ReturnType, two?.ReturnType, trainer.Name);
            Assert.AreEqual(typeof(NetworkTrainer<>), one.DeclaringType!.GetGenericTypeDefinition(), $"Fit of {trainer.Name} is its own");
        }
    }

    [TestMethod]
    public void What_is_trained_is_a_model_with_history()
    {
        foreach (var trainer in Trainers)
        {
            var trained = trainer.GetMethod("Fit", [typeof(IDataView)])!.ReturnType;
            Assert.AreEqual(typeof(TrainingHistory), trained.GetProperty("History")?.PropertyType, trained.Name);
            // A start for other networks is no deployed model.
            Assert.AreEqual(trained != typeof(PretrainedNetwork), trained.IsSubclassOf(typeof(ModelTransformer)), trained.Name);
        }
    }

    [TestMethod]
    public void Options_of_one_kind_have_one_name()
    {
        foreach (var trainer in Trainers)
        {
            var options = trainer.GetNestedType("Options")!;
            Assert.IsTrue(options.IsSubclassOf(typeof(NetworkTrainerOptions)), trainer.Name);
            Assert.AreEqual(options.GetProperty("BalanceClasses") is not null, options.IsAssignableTo(typeof(IClassificationOptions)),
                trainer.Name);
            foreach (var (name, other) in ((string, string)[])[("Inputs", "SideInputs"), ("ExampleWeightColumnName", "WeightColumnName"),
                ("EmbeddingSize", "Width"), ("LabelColumnName", "Label")])
                Assert.IsNull(options.GetProperty(other), $"{trainer.Name}.{other} is called {name} elsewhere");
        }
    }

    [TestMethod]
    public void Options_that_mean_nothing_are_refused()
    {
        foreach (var (name, option) in Refused)
        {
            var type = Trainers.Single(trainer => NameOf(trainer) == name).GetNestedType("Options")!;
            var options = (NetworkTrainerOptions)Activator.CreateInstance(type)!;
            type.GetProperty("Edges")?.SetValue(options, new GraphEdgeColumns(new MLContext().Data.LoadFromEnumerable<Link>([])));
            type.GetProperty("Horizon")?.SetValue(options, 1);
            options.Validate();
            type.GetProperty(option)!.SetValue(options, true);
            StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(options.Validate, name).Message,
                $"{option} is True; expected false");
        }
    }

    [TestMethod]
    public void Rows_of_language_models_count_by_their_weights()
    {
        var ml = new MLContext(1);
        Text[] both = [.. Enumerable.Range(0, 24).Select(i => new Text { Features = i % 2 == 0 ? [1, 2, 3] : [3, 2, 1], Weight = i % 2 })];
        LanguageModelTrainer.Options options = new()
        {
            Decoder = SequenceDecoder.Gru(12), EmbeddingSize = 8, Epochs = 15, BatchSize = 8, LearningRate = 2e-2f, VocabularySize = 5,
            ExampleWeightColumnName = "Weight", Target = ExecutionTarget.Cpu(1),
        };
        using var model = ml.Sequences().LanguageModel(options).Fit(ml.Data.LoadFromEnumerable(both));
        float[][] scores = [.. model.Transform(ml.Data.LoadFromEnumerable(both[..2])).GetColumn<float[]>("Score")];
        Assert.IsGreaterThan(scores[0].Sum() + 1, scores[1].Sum(), "what weighs nothing isn't learnt");
        foreach (var row in both)
            row.Weight = 0;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() =>
            ml.Sequences().LanguageModel(options).Fit(ml.Data.LoadFromEnumerable(both))).Message,
            "Column 'Weight': the weights of all 24 training rows are 0");
    }

    private sealed class Text
    {
        public int[] Features { get; set; } = [];

        public float Weight { get; set; }
    }

    private sealed class Link
    {
        public int Source { get; set; }

        public int Target { get; set; }
    }
}
