using Examples;

namespace KnowledgeGraph;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal Options() : base("Completes a knowledge graph: which entity is the tail, or the head, of a triple? Each is ranked among all "
        + "entities that make no known triple. What isn't given is chosen by network and data.")
    {
        AddData("train, test and perhaps valid, a head, relation and tail in each line (default: generated families)");
        AddNetwork(NetworkChoice.Names, string.Join(", ", NetworkChoice.Names) + " (default: texts where there are some, else complex)");
        AddTraining("triples in each step");
        Whole("--width", 2, "numbers of an entity's vector", number => VectorSize = number);
        Whole("--negatives", 1, "negative samples of each question", number => Negatives = number);
        Number("--n3", 0, 10, "weight of the cubes of the vectors' sizes in the loss", number => N3 = number);
        OneOf<MLSeqGraph.Trainers.RankingLoss>("--loss", "how answers are told from others", loss => Loss = loss);
        Flag("--validate", "choose the epoch by the validation triples", () => Validates = true);
        Flag("--relations", "show the ranks of each relation", () => ShowsRelations = true);
        Whole("--speed", 100, "measure how fast triples are trained on, on random ones of so many entities", number => Speed = number);
        AddSeeds();
        AddThreads();
        AddResults("model");
    }

    public int? VectorSize { get; private set; }

    public int? Negatives { get; private set; }

    public float? N3 { get; private set; }

    public MLSeqGraph.Trainers.RankingLoss? Loss { get; private set; }

    public bool Validates { get; private set; }

    public bool ShowsRelations { get; private set; }

    public int? Speed { get; private set; }
}
