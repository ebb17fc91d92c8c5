using Examples;
using GraphGeneration.Data;

namespace GraphGeneration;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal const string Molecules = "molecules", Variational = "vae";

    internal Options() : base("Learns to make new graphs like those it is given (GraphRNN), or new molecules, and compares what it makes "
        + "with what it learned from.")
    {
        AddData("molecules: .csv files with a column smiles; or a file of graphs of the TU collection (default: what --task says)");
        SomeOf("--task", [.. GraphSets.Names, Molecules], "what is built in and learned, with commas between: "
            + $"{string.Join(", ", GraphSets.Names)}, {Molecules} (default: all)", names => Tasks = names);
        AddNetwork(["lstm", "gru", "transformer", Variational], $"lstm, gru, transformer, and of small molecules {Variational}, which "
            + "draws all atoms and bonds at once (default lstm)");
        AddTraining("sequences in each step");
        AddWidth();
        Whole("--orders", 1, "breadth-first orders of each graph to learn from (default 8 to 40)", number => Orders = number);
        Whole("--count", 2, "graphs or molecules to make (default: as many graphs as half of the data; 1,000 molecules)",
            number => Count = number);
        Positive("--temperature", 100, "of sampling (default 1)", number => Temperature = number);
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public string[] Tasks { get; private set; } = [.. GraphSets.Names, Molecules];

    public int? Orders { get; private set; }

    public int? Count { get; private set; }

    public float? Temperature { get; private set; }
}
