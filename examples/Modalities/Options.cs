using Examples;

namespace Modalities;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal static readonly string[] Tasks = ["questions", "machines"];

    internal Options() : base("Trains one Transformer over text, pictures, series and tables together, and says what it can do without one "
        + "of them.")
    {
        AddData("tables train and test with a header: text, numbers, lists of numbers and pictures, and the answer (default: generated "
            + "questions about pictures, and generated machines)");
        SomeOf("--task", Tasks, "what to generate: questions, machines (default: both)", names => Task = names);
        Wholes("--size", 1, "height, width and perhaps channels of the pictures, where they aren't square", numbers => Size = numbers);
        Text("--label", "COLUMN", "column of the answer (default: answer, label or class, else the last)", column => Label = column);
        Whole("--rows", 10, "generated rows to train on", number => Rows = number);
        AddNetwork(["multimodal"], "multimodal");
        AddTraining();
        AddHidden();
        Whole("--patch", 1, "side of a picture's patches, which divides height and width", number => Patch = number);
        Number("--hide", 0, 1, "how often training hides each input of a row (default 0.1)", number => Hide = number);
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public string[]? Task { get; private set; }

    public int[]? Size { get; private set; }

    public string? Label { get; private set; }

    public int? Rows { get; private set; }

    public int? Patch { get; private set; }

    public float? Hide { get; private set; }

    protected override void Check()
    {
        if (Size is not (null or { Length: 2 or 3 }))
            throw new UsageException("--size has 2 or 3 numbers: height, width and channels.");
    }
}
