/*
 * services.c: two tables of our own making: where TLS lives, each row with its source, and the
 * order in which ports are worth asking. The sources are the IANA registry (service name) and the
 * vendors' documentation (product). IANA's name is not always what is met: 8443 is anything but
 * pcsync.
 */
#include "wire/services.h"

#include "wire/dialect.h"

enum { TLS = DIALECT_NONE };

/* clang-format off */
static const struct service tls_ports[] = {
    {21, DIALECT_FTP, "ftp"},                /* IANA ftp, AUTH TLS */
    {25, DIALECT_SMTP, "smtp"},              /* IANA smtp */
    {26, DIALECT_SMTP, "smtp"},              /* second SMTP port of cPanel */
    {110, DIALECT_POP3, "pop3"},             /* IANA pop3 */
    {143, DIALECT_IMAP, "imap"},             /* IANA imap */
    {261, TLS, "nsiiops"},                   /* IANA nsiiops, IIOP name service */
    {322, TLS, "rtsps"},                     /* IANA rtsps */
    {389, DIALECT_LDAP, "ldap"},             /* IANA ldap */
    {443, TLS, "https"},                     /* IANA https */
    {448, TLS, "ddm-ssl"},                   /* IANA ddm-ssl, IBM i */
    {465, TLS, "smtps"},                     /* IANA submissions */
    {563, TLS, "nntps"},                     /* IANA nntps */
    {587, DIALECT_SMTP, "smtp"},             /* IANA submission */
    {614, TLS, "sshell"},                    /* IANA sshell */
    {636, TLS, "ldaps"},                     /* IANA ldaps */
    {684, TLS, "corba-iiop-ssl"},            /* IANA corba-iiop-ssl */
    {695, TLS, "ieee-mms-ssl"},              /* IANA ieee-mms-ssl */
    {802, TLS, "mbap-s"},                    /* IANA mbap-s, Modbus security */
    {832, TLS, "netconf-soap"},              /* IANA netconfsoaphttp */
    {853, TLS, "dns-tls"},                   /* IANA domain-s, DNS over TLS */
    {989, TLS, "ftps-data"},                 /* IANA ftps-data */
    {990, TLS, "ftps"},                      /* IANA ftps */
    {992, TLS, "telnets"},                   /* IANA telnets */
    {993, TLS, "imaps"},                     /* IANA imaps */
    {994, TLS, "ircs"},                      /* IANA ircs, now reserved */
    {995, TLS, "pop3s"},                     /* IANA pop3s */
    {1129, TLS, "sap-hostctrl"},             /* IANA saphostctrls */
    {1311, TLS, "https"},                    /* Dell OpenManage Server Administrator */
    {1443, TLS, "https"},                    /* common alternative */
    {1515, TLS, "wazuh"},                    /* Wazuh enrolment */
    {2053, TLS, "https"},                    /* Cloudflare's list of proxied ports */
    {2078, TLS, "https"},                    /* cPanel WebDisk */
    {2080, TLS, "https"},                    /* cPanel CalDAV */
    {2083, TLS, "https"},                    /* cPanel; IANA radsec */
    {2087, TLS, "https"},                    /* cPanel WHM */
    {2096, TLS, "https"},                    /* cPanel webmail */
    {2121, DIALECT_FTP, "ftp"},              /* common alternative */
    {2252, TLS, "njenet-ssl"},               /* IANA njenet-ssl */
    {2376, TLS, "docker"},                   /* IANA docker-s */
    {2377, TLS, "swarm"},                    /* IANA swarm, Docker */
    {2379, TLS, "etcd"},                     /* IANA etcd-client */
    {2380, TLS, "etcd"},                     /* IANA etcd-server */
    {2381, TLS, "https"},                    /* IANA compaq-https, HP System Management */
    {2443, TLS, "https"},                    /* IANA powerclientcsf, common alternative */
    {2482, TLS, "giop-ssl"},                 /* IANA giop-ssl, Oracle */
    {2484, TLS, "oracle-tcps"},              /* IANA ttc-ssl, Oracle TCPS */
    {2525, DIALECT_SMTP, "smtp"},            /* common alternative for submission */
    {2679, TLS, "syncserverssl"},            /* IANA syncserverssl */
    {2762, TLS, "dicom-tls"},                /* IANA dicom-tls */
    {3077, TLS, "orbix-loc-ssl"},            /* IANA orbix-loc-ssl */
    {3078, TLS, "orbix-cfg-ssl"},            /* IANA orbix-cfg-ssl */
    {3183, TLS, "cops-tls"},                 /* IANA cops-tls */
    {3220, TLS, "xnm-ssl"},                  /* IANA xnm-ssl, Junos XML */
    {3268, DIALECT_LDAP, "ldap"},            /* IANA msft-gc, AD global catalogue */
    {3269, TLS, "ldaps"},                    /* IANA msft-gc-ssl */
    {3306, DIALECT_MYSQL, "mysql"},          /* IANA mysql */
    {3307, DIALECT_MYSQL, "mysql"},          /* common second MySQL */
    {3388, DIALECT_RDP, "rdp"},              /* common alternative */
    {3389, DIALECT_RDP, "rdp"},              /* IANA ms-wbt-server */
    {3410, TLS, "networklenss"},             /* IANA networklenss */
    {3424, TLS, "xtrms"},                    /* IANA xtrms */
    {3443, TLS, "https"},                    /* IANA ov-nnm-websrv, HP NNM */
    {3471, TLS, "jt400-ssl"},                /* IANA jt400-ssl */
    {3496, TLS, "securitychase"},            /* IANA securitychase */
    {3539, TLS, "ibm-diradm-ssl"},           /* IANA ibm-diradm-ssl */
    {3660, TLS, "can-nds-ssl"},              /* IANA can-nds-ssl */
    {3661, TLS, "can-ferret-ssl"},           /* IANA can-ferret-ssl */
    {3747, TLS, "linktest-s"},               /* IANA linktest-s */
    {3766, TLS, "sitewatch-s"},              /* IANA sitewatch-s */
    {3864, TLS, "asap-tls"},                 /* IANA asap-tcp-tls */
    {3885, TLS, "topflow-ssl"},              /* IANA topflow-ssl */
    {3896, TLS, "sdo-tls"},                  /* IANA sdo-tls */
    {3995, TLS, "iss-mgmt-ssl"},             /* IANA iss-mgmt-ssl */
    {4031, TLS, "suucp"},                    /* IANA suucp */
    {4036, TLS, "wap-push-https"},           /* IANA wap-push-https */
    {4062, TLS, "ice-slocation"},            /* IANA ice-slocation */
    {4064, TLS, "ice-srouter"},              /* IANA ice-srouter */
    {4081, TLS, "lorica-in-sec"},            /* IANA lorica-in-sec */
    {4083, TLS, "lorica-out-sec"},           /* IANA lorica-out-sec */
    {4116, TLS, "smartcard-tls"},            /* IANA smartcard-tls */
    {4433, TLS, "https"},                    /* openssl s_server, common alternative */
    {4443, TLS, "https"},                    /* common alternative */
    {4444, TLS, "https"},                    /* common alternative, Sophos admin */
    {4445, TLS, "https"},                    /* common alternative */
    {4590, TLS, "rid"},                      /* IANA rid, RFC 6546 */
    {4646, TLS, "nomad"},                    /* HashiCorp Nomad */
    {4740, TLS, "ipfixs"},                   /* IANA ipfixs */
    {4843, TLS, "opcua-tls"},                /* IANA opcua-tls */
    {4849, TLS, "https"},                    /* IANA appserv-https, GlassFish */
    {4911, TLS, "foxs"},                     /* Niagara foxs */
    {5061, TLS, "sips"},                     /* IANA sips */
    {5085, TLS, "llrp-tls"},                 /* IANA llrp encrypted */
    {5223, TLS, "xmpps"},                    /* XEP-0368 direct TLS, Apple push */
    {5270, TLS, "xmpps"},                    /* XEP-0368 server to server */
    {5349, TLS, "stuns"},                    /* IANA stuns, turns */
    {5358, TLS, "wsdapi-s"},                 /* IANA wsdapi-s */
    {5432, DIALECT_POSTGRES, "postgres"},    /* IANA postgresql */
    {5433, DIALECT_POSTGRES, "postgres"},    /* Vertica, second PostgreSQL */
    {5439, DIALECT_POSTGRES, "postgres"},    /* Amazon Redshift */
    {5443, TLS, "https"},                    /* IANA spss, common alternative */
    {5601, TLS, "https"},                    /* Kibana */
    {5665, TLS, "icinga"},                   /* Icinga 2 */
    {5671, TLS, "amqps"},                    /* IANA amqps */
    {5684, TLS, "coaps"},                    /* IANA coaps */
    {5693, TLS, "https"},                    /* NCPA, Nagios */
    {5783, TLS, "3par-mgmt-ssl"},            /* IANA 3par-mgmt-ssl */
    {5868, TLS, "diameters"},                /* IANA diameters */
    {5986, TLS, "winrm"},                    /* IANA wsmans */
    {5989, TLS, "wbem"},                     /* IANA wbem-https */
    {5990, TLS, "wbem"},                     /* IANA wbem-exp-https */
    {6251, TLS, "tl1-ssl"},                  /* IANA tl1-ssl */
    {6379, TLS, "redis"},                    /* IANA redis, with tls-port */
    {6380, TLS, "redis"},                    /* Azure Cache for Redis */
    {6432, DIALECT_POSTGRES, "postgres"},    /* PgBouncer */
    {6443, TLS, "kubernetes"},               /* Kubernetes API server */
    {6513, TLS, "netconf-tls"},              /* IANA netconf-tls */
    {6514, TLS, "syslog-tls"},               /* IANA syslog-tls */
    {6556, TLS, "checkmk"},                  /* Checkmk agent */
    {6619, TLS, "odette-ftps"},              /* IANA odette-ftps */
    {6653, TLS, "openflow"},                 /* IANA openflow */
    {6679, TLS, "ircs"},                     /* common for IRC over TLS */
    {6697, TLS, "ircs"},                     /* IANA ircs-u */
    {6771, TLS, "https"},                    /* IANA plysrv-https */
    {7001, TLS, "cassandra"},                /* Cassandra internode TLS, WebLogic */
    {7002, TLS, "https"},                    /* WebLogic over TLS */
    {7071, TLS, "https"},                    /* Zimbra administration */
    {7443, TLS, "https"},                    /* IANA oracleas-https */
    {7473, TLS, "https"},                    /* Neo4j */
    {7677, TLS, "https"},                    /* IANA sun-user-https */
    {7687, TLS, "bolt"},                     /* Neo4j Bolt */
    {8000, TLS, "https"},                    /* common alternative */
    {8006, TLS, "https"},                    /* Proxmox VE */
    {8007, TLS, "https"},                    /* Proxmox Backup Server */
    {8080, TLS, "https"},                    /* IANA http-alt, at times TLS */
    {8081, TLS, "https"},                    /* common alternative */
    {8083, TLS, "https"},                    /* common alternative, VestaCP */
    {8089, TLS, "splunkd"},                  /* Splunk management */
    {8090, TLS, "https"},                    /* common alternative, Confluence */
    {8140, TLS, "puppet"},                   /* IANA puppet */
    {8181, TLS, "https"},                    /* GlassFish, common alternative */
    {8200, TLS, "vault"},                    /* HashiCorp Vault */
    {8201, TLS, "vault"},                    /* HashiCorp Vault cluster */
    {8243, TLS, "https"},                    /* IANA synapse-nhttps */
    {8333, TLS, "https"},                    /* VMware Server */
    {8383, TLS, "https"},                    /* ManageEngine */
    {8443, TLS, "https"},                    /* IANA pcsync-https */
    {8444, TLS, "https"},                    /* common alternative */
    {8445, TLS, "https"},                    /* common alternative */
    {8447, TLS, "https"},                    /* Plesk updates */
    {8448, TLS, "matrix"},                   /* Matrix federation */
    {8501, TLS, "consul"},                   /* Consul HTTPS */
    {8503, TLS, "consul"},                   /* Consul gRPC over TLS */
    {8531, TLS, "https"},                    /* WSUS */
    {8834, TLS, "https"},                    /* Nessus */
    {8843, TLS, "https"},                    /* UniFi guest portal */
    {8883, TLS, "mqtts"},                    /* IANA secure-mqtt */
    {8888, TLS, "https"},                    /* common alternative */
    {8991, TLS, "https"},                    /* IANA https-wmap */
    {9000, TLS, "https"},                    /* common alternative */
    {9001, TLS, "tor"},                      /* Tor */
    {9002, TLS, "https"},                    /* common alternative */
    {9042, TLS, "cassandra"},                /* Cassandra native */
    {9080, TLS, "https"},                    /* ESXi, WebSphere */
    {9090, TLS, "https"},                    /* Cockpit */
    {9091, TLS, "https"},                    /* common alternative */
    {9092, TLS, "kafka"},                    /* Kafka */
    {9093, TLS, "kafka"},                    /* Kafka, second listener */
    {9094, TLS, "kafka"},                    /* Kafka, third listener */
    {9142, TLS, "cassandra"},                /* Cassandra native TLS */
    {9200, TLS, "elasticsearch"},            /* Elasticsearch */
    {9243, TLS, "elasticsearch"},            /* Elastic Cloud */
    {9295, TLS, "https"},                    /* IANA armcenterhttps */
    {9300, TLS, "elasticsearch"},            /* Elasticsearch transport */
    {9318, TLS, "secure-ts"},                /* IANA secure-ts */
    {9339, TLS, "gnmi"},                     /* IANA gnmi-gnoi */
    {9343, TLS, "elasticsearch"},            /* Elastic Cloud transport */
    {9391, TLS, "openvas"},                  /* OpenVAS manager */
    {9392, TLS, "https"},                    /* Greenbone, Veeam */
    {9398, TLS, "https"},                    /* Veeam Enterprise Manager API */
    {9419, TLS, "https"},                    /* Veeam REST API */
    {9440, TLS, "https"},                    /* Nutanix Prism */
    {9443, TLS, "https"},                    /* IANA tungsten-https, WSO2 */
    {9444, TLS, "https"},                    /* WSO2, common alternative */
    {9614, TLS, "iadt-tls"},                 /* IANA iadt-tls */
    {9802, TLS, "davsrcs"},                  /* IANA davsrcs */
    {9997, TLS, "splunk"},                   /* Splunk forwarders */
    {9999, TLS, "https"},                    /* common alternative */
    {10000, TLS, "https"},                   /* Webmin */
    {10025, DIALECT_SMTP, "smtp"},           /* content filters behind Postfix */
    {10050, TLS, "zabbix"},                  /* IANA zabbix-agent */
    {10051, TLS, "zabbix"},                  /* IANA zabbix-trapper */
    {10161, TLS, "snmptls"},                 /* IANA snmptls */
    {10162, TLS, "snmptls-trap"},            /* IANA snmptls-trap */
    {10250, TLS, "kubernetes"},              /* kubelet */
    {10257, TLS, "kubernetes"},              /* kube-controller-manager */
    {10259, TLS, "kubernetes"},              /* kube-scheduler */
    {10389, DIALECT_LDAP, "ldap"},           /* ApacheDS */
    {10443, TLS, "https"},                   /* common alternative, FortiGate */
    {10636, TLS, "ldaps"},                   /* ApacheDS */
    {10933, TLS, "octopus"},                 /* Octopus Deploy tentacle */
    {11443, TLS, "https"},                   /* common alternative */
    {11712, TLS, "https"},                   /* seen with TLS in the wild */
    {12443, TLS, "https"},                   /* common alternative */
    {13389, DIALECT_RDP, "rdp"},             /* common alternative */
    {15671, TLS, "https"},                   /* RabbitMQ management over TLS */
    {16443, TLS, "kubernetes"},              /* MicroK8s */
    {16514, TLS, "libvirt"},                 /* libvirt over TLS */
    {16993, TLS, "https"},                   /* IANA amt-soap-https */
    {16995, TLS, "amt"},                     /* IANA amt-redir-tls */
    {18091, TLS, "couchbase"},               /* Couchbase REST over TLS */
    {18092, TLS, "couchbase"},               /* Couchbase views over TLS */
    {18443, TLS, "https"},                   /* common alternative */
    {20443, TLS, "https"},                   /* common alternative */
    {26257, DIALECT_POSTGRES, "postgres"},   /* CockroachDB */
    {27017, TLS, "mongodb"},                 /* IANA mongodb */
    {27018, TLS, "mongodb"},                 /* MongoDB shard */
    {27019, TLS, "mongodb"},                 /* MongoDB config server */
    {32400, TLS, "https"},                   /* Plex */
    {33306, DIALECT_MYSQL, "mysql"},         /* common alternative */
    {41230, TLS, "z-wave-s"},                /* IANA z-wave-s */
    {44443, TLS, "https"},                   /* common alternative */
    {49955, TLS, "https"},                   /* seen with TLS in the wild */
    {50001, TLS, "db2"},                     /* Db2 over TLS */
    {50389, DIALECT_LDAP, "ldap"},           /* OpenDJ, ForgeRock */
    {50443, TLS, "https"},                   /* common alternative */
    {50636, TLS, "ldaps"},                   /* OpenDJ, ForgeRock */
    {55443, TLS, "https"},                   /* common alternative */
    {57400, TLS, "gnmi"},                    /* Nokia and others' gNMI */
    {61617, TLS, "activemq"},                /* ActiveMQ over TLS */
};

/*
 * What to ask first. Ports of TLS and STARTTLS come in the order in which we expect certificates;
 * then the same services moved by an administrator (x443, x389, ...); then what else listens on
 * TCP, by IANA's registry and by habit. Fragile ports come last: they are noted and not spoken to.
 */
static const uint16_t ranking[] = {
    443, 8443, 993, 995, 465, 25, 587, 636, 143, 110, 3389, 990, 5432, 3306, 389, 21, 9443, 4443,
    10443, 8006, 5061, 5986, 6443, 8883, 3269, 5671, 853, 2083, 2087, 2096, 10250, 10000, 8834,
    9090, 2376, 2379, 8089, 8140, 7443, 8444, 8081, 8080, 8888, 9200, 5601, 9000, 8000, 8200,
    27017, 6379, 9093, 6514, 1311, 5989, 2381, 4433, 5443, 6697, 8448, 563, 992, 3268, 2525,
    5223, 5349, 10636, 18443, 16443, 12443, 3443, 2443, 8445, 8447, 8843, 9444, 9440, 26, 261,
    322, 448, 614, 684, 695, 802, 832, 989, 994, 1129, 1443, 1515, 2053, 2078, 2080, 2121, 2252,
    2377, 2380, 2482, 2484, 2679, 2762, 3077, 3078, 3183, 3220, 3307, 3388, 3410, 3424, 3471,
    3496, 3539, 3660, 3661, 3747, 3766, 3864, 3885, 3896, 3995, 4031, 4036, 4062, 4064, 4081,
    4083, 4116, 4444, 4445, 4590, 4646, 4740, 4843, 4849, 4911, 5085, 5270, 5358, 5433, 5439,
    5665, 5684, 5693, 5783, 5868, 5990, 6251, 6380, 6432, 6513, 6556, 6619, 6653, 6679, 6771,
    7001, 7002, 7071, 7473, 7677, 7687, 8007, 8083, 8090, 8181, 8201, 8243, 8333, 8383, 8501,
    8503, 8531, 8991, 9001, 9002, 9042, 9080, 9091, 9092, 9094, 9142, 9243, 9295, 9300, 9318,
    9339, 9343, 9391, 9392, 9398, 9419, 9614, 9802, 9997, 9999, 10025, 10050, 10051, 10161,
    10162, 10257, 10259, 10389, 10933, 11443, 11712, 13389, 15671, 16514, 16993, 16995, 18091,
    18092, 20443, 26257, 27018, 27019, 32400, 33306, 41230, 44443, 49955, 50001, 50389, 50443,
    50636, 55443, 57400, 61617, 19443, 14443, 15443, 10993, 10995, 10587, 10465, 28443, 29443,
    24443, 25443, 23389, 20389, 20636, 20993, 20995, 20025, 20587, 20465, 30443, 38443, 39443,
    34443, 35443, 33389, 30389, 30636, 30993, 30995, 30025, 30587, 30465, 40443, 48443, 49443,
    45443, 43389, 40389, 40636, 40993, 40995, 40025, 40587, 40465, 58443, 59443, 54443, 53389,
    50993, 50995, 50025, 50587, 50465, 17443, 22443, 60443, 61443, 62443, 63443, 64443, 65443,
    4430, 4431, 4432, 4434, 4435, 4436, 4437, 4438, 4439, 4440, 4441, 4442, 4446, 4447, 4448,
    4449, 44300, 44301, 44302, 44303, 44304, 44305, 44310, 44320, 44330, 44333, 44400, 44444,
    43443, 47443, 8441, 8442, 8446, 8449, 8440, 8450, 8453, 8463, 8473, 8483, 8493, 9441, 9442,
    9445, 9446, 9447, 9448, 9449, 7444, 7445, 6444, 5444, 5543, 1543, 2543, 3543, 4543, 6543,
    7543, 8543, 9543, 8643, 8743, 8943, 9043, 9143, 9643, 9743, 9843, 9943, 8143, 8343, 8403,
    8413, 8423, 8433, 22, 80, 23, 53, 111, 135, 139, 445, 1433, 1521, 1723, 1883, 2049, 2181,
    2222, 3000, 3001, 3128, 4000, 4001, 4369, 4848, 5000, 5001, 5003, 5004, 5005, 5009, 5010,
    5044, 5050, 5060, 5080, 5100, 5101, 5222, 5269, 5357, 5500, 5555, 5556, 5631, 5666, 5672,
    5722, 5800, 5801, 5900, 5901, 5902, 5903, 5984, 5985, 6000, 6001, 6002, 6060, 6066, 6080,
    6081, 6082, 6129, 6481, 6580, 6666, 6667, 6668, 6789, 6881, 6969, 7000, 7003, 7004, 7005,
    7007, 7010, 7070, 7077, 7080, 1, 7, 9, 11, 13, 15, 17, 19, 20, 37, 43, 49, 70, 79, 88, 104,
    106, 113, 119, 161, 162, 163, 164, 174, 179, 199, 209, 210, 345, 346, 369, 370, 427, 444,
    464, 487, 512, 513, 514, 538, 540, 543, 544, 548, 554, 607, 628, 631, 646, 655, 706, 749,
    750, 751, 754, 775, 777, 783, 871, 873, 1080, 1093, 1094, 1099, 1127, 1178, 1194, 1236, 1313,
    1314, 1352, 1524, 1645, 1646, 1649, 1677, 1812, 1813, 2000, 2086, 2101, 2119, 2135, 2401,
    2430, 2431, 2432, 2433, 2583, 2600, 2601, 2602, 2603, 2604, 2605, 2606, 2607, 2608, 2628,
    2792, 2811, 2947, 3050, 3205, 3260, 3493, 3632, 3689, 3690, 4094, 4190, 4353, 4373, 4460,
    4557, 4559, 4691, 4899, 4949, 5308, 5667, 5680, 6003, 6004, 6005, 6006, 6007, 6346, 6347,
    6445, 6446, 6566, 7100, 8021, 8088, 8990, 9098, 9418, 9667, 9673, 10080, 10081, 10082, 10083,
    10809, 11112, 11371, 17004, 17500, 22125, 22128, 22273, 24554, 27374, 30865, 57000, 60177,
    60179, 7081, 7199, 7200, 7272, 7400, 7401, 7474, 7547, 7575, 7627, 7676, 7700, 7741, 7777,
    7778, 7779, 7800, 7801, 7911, 7920, 7999, 8001, 8002, 8003, 8004, 8005, 8008, 8009, 8010,
    8011, 8012, 8013, 8014, 8015, 8016, 8017, 8018, 8019, 8020, 8022, 8025, 8028, 8030, 8031,
    8032, 8033, 8034, 8035, 8037, 8040, 8041, 8042, 8043, 8044, 8045, 8047, 8048, 8050, 8051,
    8055, 8058, 8060, 8061, 8064, 8065, 8066, 8069, 8070, 8071, 8072, 8074, 8075, 8077, 8078,
    8079, 8082, 8084, 8085, 8086, 8087, 8091, 8092, 8093, 8094, 8095, 8096, 8097, 8098, 8099,
    8100, 8101, 8102, 8103, 8104, 8105, 8106, 8107, 8108, 8109, 8110, 8111, 8112, 8118, 8119,
    8120, 8123, 8125, 8126, 8129, 8130, 8131, 8138, 8139, 8150, 8153, 8154, 8156, 8159, 8161,
    8172, 8180, 8182, 8183, 8184, 8188, 8190, 8191, 8192, 8193, 8194, 8195, 8199, 8222, 8230,
    8232, 8236, 8240, 8248, 8250, 8254, 8280, 8281, 8282, 8283, 8284, 8285, 8288, 8289, 8290,
    8291, 8292, 8300, 8301, 8302, 8304, 8308, 8311, 8320, 8322, 8334, 8340, 8350, 8360, 8388,
    8393, 8400, 8401, 8402, 8404, 8405, 8407, 8409, 8410, 8411, 8412, 8414, 8415, 8416, 8417,
    8418, 8419, 8420, 8421, 8422, 8424, 8425, 8426, 8427, 8428, 8429, 8430, 8431, 8432, 8434,
    8435, 8436, 8437, 8438, 8439, 8480, 8488, 8500, 8502, 8530, 8545, 8553, 8554, 8555, 8556,
    8569, 8580, 8585, 8600, 8602, 8606, 8609, 8649, 8651, 8652, 8654, 8660, 8666, 8669, 8680,
    8686, 8688, 8690, 8699, 8700, 8701, 8703, 8708, 8733, 8750, 8765, 8766, 8777, 8778, 8779,
    8787, 8788, 8789, 8790, 8800, 8801, 8802, 8803, 8804, 8805, 8808, 8812, 8813, 8816, 8820,
    8821, 8824, 8833, 8836, 8840, 8848, 8849, 8850, 8851, 8858, 8860, 8866, 8868, 8870, 8871,
    8873, 8874, 8877, 8878, 8879, 8880, 8881, 8882, 8884, 8885, 8886, 8887, 8889, 8890, 8891,
    8899, 8900, 8901, 8910, 8911, 8915, 8935, 8939, 8969, 8971, 8980, 8983, 8985, 8988, 8989,
    8993, 8999, 9003, 9004, 9005, 9006, 9007, 9008, 9009, 9010, 9011, 9012, 9013, 9014, 9015,
    9016, 9017, 9018, 9019, 9020, 9021, 9022, 9023, 9024, 9025, 9026, 9027, 9028, 9029, 9030,
    9031, 9032, 9033, 9034, 9035, 9036, 9037, 9038, 9039, 9040, 9041, 9044, 9045, 9046, 9047,
    9048, 9049, 9050, 9051, 9053, 9055, 9060, 9061, 9063, 9070, 9071, 9074, 9075, 9076, 9077,
    9078, 9079, 9081, 9082, 9083, 9084, 9085, 9086, 9087, 9088, 9089, 9095, 9096, 9097, 9099,
    9110, 9111, 9119, 9120, 9131, 9150, 9151, 9160, 9180, 9189, 9191, 9197, 9199, 9201, 9202,
    9203, 9204, 9205, 9206, 9207, 9208, 9209, 9210, 9211, 9212, 9213, 9214, 9215, 9216, 9217,
    9218, 9219, 9220, 9290, 9291, 9299, 9301, 9302, 9303, 9304, 9305, 9306, 9307, 9308, 9309,
    9310, 9312, 9333, 9389, 9390, 9393, 9394, 9395, 9399, 9400, 9401, 9402, 9420, 9485, 9500,
    9501, 9502, 9503, 9530, 9532, 9535, 9553, 9555, 9575, 9593, 9594, 9595, 9600, 9618, 9633,
    9663, 9666, 9668, 9669, 9674, 9682, 9690, 9700, 9704, 9710, 9711, 9754, 9761, 9765, 9777,
    9779, 9800, 9801, 9803, 9804, 9810, 9861, 9869, 9875, 9876, 9877, 9878, 9898, 9899, 9900,
    9901, 9905, 9908, 9909, 9917, 9929, 9930, 9939, 9944, 9950, 9966, 9981, 9988, 9990, 9991,
    9992, 9993, 9994, 9995, 9996, 9998, 10001, 10002, 10003, 10004, 10005, 10006, 10007, 10008,
    10009, 10010, 10011, 10012, 10020, 10024, 10030, 10089, 10090, 10100, 10101, 10180, 10200,
    10210, 10243, 10251, 10252, 10255, 10256, 10260, 10444, 10445, 10554, 10616, 10617, 10621,
    10808, 10810, 10909, 10911, 11000, 11001, 11080, 11110, 11111, 11211, 11210, 11300, 11434,
    11967, 12000, 12001, 12012, 12345, 12346, 13000, 13306, 13722, 13782, 13783, 14000, 14147,
    14265, 14330, 14441, 14442, 15000, 15002, 15003, 15004, 15660, 15672, 15692, 15742, 16000,
    16001, 16010, 16012, 16016, 16018, 16030, 16080, 16113, 16379, 16509, 16686, 16992, 16994,
    17000, 17877, 17988, 17990, 18000, 18040, 18080, 18081, 18082, 18101, 18264, 18988, 19000,
    19080, 19101, 19283, 19315, 19350, 19780, 19801, 19842, 19888, 20001, 20005, 20031, 20221,
    20222, 20256, 20547, 20828, 21571, 22939, 23472, 23502, 24444, 24800, 25565, 25672, 25734,
    25735, 26214, 26379, 26470, 27000, 27015, 27016, 27352, 27353, 27355, 27356, 27715, 28015,
    28017, 28080, 28201, 30000, 30005, 30718, 30951, 31038, 31337, 32764, 32768, 32769, 32770,
    32771, 32772, 32773, 32774, 32775, 32776, 32777, 32778, 32779, 32780, 32781, 32782, 32783,
    32784, 32785, 33060, 33354, 33899, 34571, 34572, 34573, 35500, 37777, 38292, 40193, 40911,
    41511, 42510, 44176, 44442, 44501, 45100, 47001, 47808, 48080, 49152, 49153, 49154, 49155,
    49156, 49157, 49158, 49159, 49160, 49161, 49163, 49165, 49167, 49175, 49176, 49400, 49999,
    50000, 50002, 50003, 50006, 50013, 50030, 50050, 50060, 50070, 50075, 50090, 50100, 50300,
    50500, 50800, 51103, 51493, 52673, 52822, 52848, 52869, 54045, 54328, 55055, 55056, 55555,
    55600, 56737, 56738, 57294, 57797, 58080, 60000, 60010, 60020, 60030, 60080, 61532, 61613,
    61614, 61616, 61900, 62078, 63331, 64623, 64680, 65000, 65129, 65389, 9100, 515, 102, 502,
};

/* Of the ports in tls_ports that share a name, the first: what the name stands for. */
static const uint16_t named_ports[] = {
    21, 25, 110, 143, 261, 322, 389, 443, 448, 465, 563, 614, 636, 684, 695, 802, 832, 853, 989,
    990, 992, 993, 994, 995, 1129, 1515, 2252, 2376, 2377, 2379, 2482, 2484, 2679, 2762, 3077,
    3078, 3183, 3220, 3306, 3388, 3410, 3424, 3471, 3496, 3539, 3660, 3661, 3747, 3766, 3864,
    3885, 3896, 3995, 4031, 4036, 4062, 4064, 4081, 4083, 4116, 4590, 4646, 4740, 4843, 4911,
    5061, 5085, 5223, 5349, 5358, 5432, 5665, 5671, 5684, 5783, 5868, 5986, 5989, 6251, 6379,
    6443, 6513, 6514, 6556, 6619, 6653, 7001, 7687, 8089, 8140, 8200, 8448, 8501, 8883, 9001,
    9092, 9200, 9318, 9339, 9391, 9614, 9802, 9997, 10050, 10161, 10162, 10933, 16514, 16995,
    18091, 27017, 41230, 50001, 61617,
};
/* clang-format on */

static const uint16_t fragile_ports[] = {
    102,   /* ISO-TSAP: Siemens S7, IEC 61850 */
    502,   /* Modbus */
    515,   /* LPD: prints what it is sent */
    2404,  /* IEC 60870-5-104 */
    20000, /* DNP3 */
    44818, /* EtherNet/IP */
};

enum {
	TLS_N = sizeof(tls_ports) / sizeof(tls_ports[0]),
	NAMED_N = sizeof(named_ports) / sizeof(named_ports[0]),
	RANKING_N = sizeof(ranking) / sizeof(ranking[0]),
	FRAGILE_N = sizeof(fragile_ports) / sizeof(fragile_ports[0]),

	/* one a port of a print server, and GS: all print what they are sent */
	JETDIRECT_FIRST = 9100,
	JETDIRECT_LAST = 9107,
};

const struct service *services_tls(size_t *ret_n)
{
	*ret_n = TLS_N;
	return tls_ports;
}

const struct service *service_by_port(uint16_t port)
{
	size_t low = 0, high = TLS_N;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tls_ports[middle].port == port)
			return &tls_ports[middle];
		if (tls_ports[middle].port < port)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const uint16_t *services_named(size_t *ret_n)
{
	*ret_n = NAMED_N;
	return named_ports;
}

const uint16_t *services_top(size_t n, size_t *ret_n)
{
	*ret_n = n < RANKING_N ? n : RANKING_N;
	return ranking;
}

bool service_is_fragile(uint16_t port)
{
	if (port >= JETDIRECT_FIRST && port <= JETDIRECT_LAST)
		return true;
	for (size_t i = 0; i < FRAGILE_N; i++)
		if (fragile_ports[i] == port)
			return true;
	return false;
}

const char *service_name(uint16_t port, uint8_t starttls)
{
	const struct dialect *dialect = dialect_by_id(starttls);
	const struct service *service = service_by_port(port);

	if (dialect)
		return dialect->name;
	return service ? service->name : "";
}
