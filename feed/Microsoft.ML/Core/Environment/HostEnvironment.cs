namespace Microsoft.ML.Runtime;

/// <summary>What components within this implementation may ask of an environment beyond its public face.</summary>
internal interface IHostEnvironmentInternal : IHostEnvironment
{
    int? Seed { get; }

    string TempFilePath { get; set; }

    int? GpuDeviceId { get; set; }

    bool FallbackToCpu { get; set; }

    /// <summary>Named settings of extensions.</summary>
    Dictionary<string, object> Options { get; }
}

/// <summary>
/// The environment of an <see cref="MLContext"/> or of a component registered in it. Hosts share the settings of their root;
/// each has a random generator of its own, seeded from its parent's.
/// </summary>
internal sealed class HostEnvironment : IHost, IHostEnvironmentInternal
{
    private readonly HostEnvironment _root;
    private readonly string _parentName;
    private readonly Action<string, ChannelMessage> _log;
    private string _tempFilePath = Path.GetTempPath();
    private int? _gpuDeviceId;
    private bool _fallbackToCpu;

    /// <param name="seed">Makes random numbers repeatable.</param>
    /// <param name="log">Takes each message with the name of the channel it came through.</param>
    public HostEnvironment(int? seed, Action<string, ChannelMessage> log)
    {
        _root = this;
        _log = log;
        Seed = seed;
        Rand = seed is int value ? new Random(value) : new Random();
        ComponentCatalog = new ComponentCatalog();
        Options = [];
    }

    private HostEnvironment(HostEnvironment parent, string name, Random rand)
    {
        _root = parent._root;
        _parentName = parent.Name;
        _log = parent._log;
        Name = name;
        Seed = parent.Seed;
        Rand = rand;
        ComponentCatalog = parent.ComponentCatalog;
        Options = parent.Options;
    }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public int? Seed { get; }

    public Dictionary<string, object> Options { get; }

    public string TempFilePath { get => _root._tempFilePath; set => _root._tempFilePath = value; }

    public int? GpuDeviceId { get => _root._gpuDeviceId; set => _root._gpuDeviceId = value; }

    public bool FallbackToCpu { get => _root._fallbackToCpu; set => _root._fallbackToCpu = value; }

    public string ContextDescription => Name ?? "HostEnvironment";

    private string Name { get; }

    private string FullName => _parentName == null ? Name : $"{_parentName}; {Name}";

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        lock (Rand)
            return new HostEnvironment(this, name, new Random(seed ?? Rand.Next()));
    }

    public IChannel Start(string name) => new Channel(this, FullNameOf(name), _log);

    public IPipe<TMessage> StartPipe<TMessage>(string name)
    {
        string fullName = FullNameOf(name);
        Action<TMessage> listener = typeof(TMessage) == typeof(ChannelMessage)
            ? message => _log(fullName, (ChannelMessage)(object)message)
            : null;
        return new Pipe<TMessage>(this, listener);
    }

    public IProgressChannel StartProgressChannel(string name)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        return new ProgressChannel();
    }

    public TException Process<TException>(TException ex) where TException : Exception
    {
        if (ex != null)
            ex.Data["Throwing component"] = Name ?? "Environment";
        return ex;
    }

    private string FullNameOf(string channel)
    {
        Contracts.CheckNonEmpty(channel, nameof(channel));
        return FullName == null ? channel : $"{FullName}; {channel}";
    }
}
