namespace Examples;

/// <summary>The options that programs have in common. A program adds those it has, and its own.</summary>
/// <param name="description">What the program does.</param>
internal abstract class CommonOptions(string description) : ProgramOptions(description)
{
    private string? _folder;

    public string? Data { get; private set; }

    public string[]? Networks { get; private set; }

    public int? Epochs { get; private set; }

    public int? BatchSize { get; private set; }

    public float? LearningRate { get; private set; }

    public int? Hidden { get; private set; }

    public int? Width { get; private set; }

    public int? Layers { get; private set; }

    public float? Dropout { get; private set; }

    public float? WeightDecay { get; private set; }

    public float? Minutes { get; private set; }

    public int Seed { get; private set; } = 1;

    public int Seeds { get; private set; } = 1;

    public int Threads { get; private set; }

    public string? Json { get; private set; }

    public string? Output { get; private set; }

    /// <summary>Where files go: the folder asked for, or a temporary one.</summary>
    public string Folder => _folder ??= Output is { } path
        ? Directory.CreateDirectory(path).FullName  // held for this program alone
        : Directory.CreateTempSubdirectory($"{GetType().Namespace!.ToLowerInvariant()}-").FullName;

    // What can't be written is said before anything is read or trained.
    protected override IDisposable? Hold()
    {
        if (Output is not null)
            Writable.RequireFolder(Output, "--output");
        var held = Output is null ? null : FolderLock.Take(Output);
        try
        {
            if (Json is not null)
                Writable.RequireFile(Json, "--json");
            return held;
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    protected void AddData(string description) => Existing("--data", "FOLDER", description, path => Data = path);

    protected void AddNetwork(string[] networks, string description) =>
        SomeOf("--network", networks, $"networks to train, with commas between them: {description}", names => Networks = names);

    /// <summary>How a network is trained, and its size.</summary>
    /// <param name="batch">What a step reads.</param>
    /// <param name="hasLayers">Whether networks have as many layers as are asked for, with dropout.</param>
    protected void AddTraining(string batch = "rows in each step", bool hasLayers = true)
    {
        Whole("--epochs", 1, "passes over the training data", number => Epochs = number);
        Whole("--batch", 1, batch, number => BatchSize = number);
        Positive("--rate", 10, "learning rate", number => LearningRate = number);
        if (!hasLayers)
            return;
        Whole("--layers", 1, "layers of the network", number => Layers = number);
        Number("--dropout", 0, 1, "share of the units that a step of training leaves out", number => Dropout = number);
    }

    protected void AddHidden()
    {
        AddUnits();
        Number("--decay", 0, 10, "weight decay", number => WeightDecay = number);
    }

    /// <summary>Refuses units that can't be dealt out to parts of one size.</summary>
    /// <param name="parts">How many there are.</param>
    /// <param name="what">What they are: "heads of the transformer".</param>
    /// <exception cref="UsageException">--hidden is no multiple of them.</exception>
    protected void RequireMultiple(int parts, string what)
    {
        if (Hidden % parts > 0)
            throw new UsageException($"--hidden is {Hidden}: expected a multiple of {parts}, the {what}.");
    }

    protected void AddUnits() => Whole("--hidden", 1, "units of a layer", number => Hidden = number);

    protected void AddWidth()
    {
        Whole("--width", 1, "units of a layer", number => Width = number);
        AddMinutes();
    }

    protected void AddMinutes() =>
        Positive("--minutes", 1e6f, "stop training after this time and keep what there is", number => Minutes = number);

    protected void AddSeeds()
    {
        Whole("--seed", 0, "decides initial weights, order of rows and dropout (default 1)", number => Seed = number);
        Whole("--seeds", 1, "repeats everything with this many seeds (default 1)", number => Seeds = number);
    }

    protected void AddThreads(string description = "threads (default: as ONNX Runtime likes)") =>
        Whole("--threads", 0, description, number => Threads = number);

    protected void AddResults(string output)
    {
        Text("--json", "FILE", "writes what was measured, as one flat JSON object", path => Json = path);
        Text("--output", "FOLDER", $"where {output} go (default: a temporary folder)", path => Output = path);
    }
}
